using System.Text.Json;
using ControlPlane.Model.Delivery;

namespace ControlPlane.Commands.Translate;

/// <summary>Reads what a client asks for by name: an object with a list of names per kind, e.g. {"listeners": ["a:80"]}.</summary>
internal static class WatchReader
{
    /// <summary>Reads a file.</summary>
    /// <exception cref="InputException">It can't be read.</exception>
    public static IReadOnlyDictionary<XdsType, NameSet> Read(string path)
    {
        try
        {
            using var document = JsonDocument.Parse(File.ReadAllBytes(path));
            var result = new Dictionary<XdsType, NameSet>();
            foreach (var kind in document.RootElement.EnumerateObject())
            {
                var type = ResourceFiles.TypeOf(kind.Name)
                    ?? throw new InputException($"{path}: unknown kind '{kind.Name}'; known are {string.Join(", ", ResourceFiles.All.Select(f => f.Name))}");
                result[type] = NameSet.From(kind.Value.EnumerateArray().Select(name => name.GetString() ?? throw new JsonException("null is no name")));
            }

            return result;
        }
        catch (Exception fault) when (fault is JsonException or InvalidOperationException or IOException or UnauthorizedAccessException)
        {
            throw new InputException($"{path}: {fault.Message}", fault);
        }
    }
}
