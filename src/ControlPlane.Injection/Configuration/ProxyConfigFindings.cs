using System.Text.Json.Nodes;
using ControlPlane.Injection.Json;
using ControlPlane.Model.Diagnostics;
using ControlPlane.Model.Objects;

namespace ControlPlane.Injection.Configuration;

/// <summary>What is wrong with objects of kind ProxyConfig, which injection reads and no translation does.</summary>
public static class ProxyConfigFindings
{
    private const string Kind = "ProxyConfig";

    // The codes that all kinds have for these.
    private const string UnknownField = "CP0101";
    private const string Unreadable = "CP0102";

    private static readonly (string Path, string[] Fields)[] Known =
    [
        ("", ["selector", "concurrency", "environmentVariables", "image"]), ("selector", ["matchLabels"]), ("image", ["imageType"]),
    ];

    /// <summary>What is wrong with an object; nothing for one of another kind.</summary>
    public static IReadOnlyList<Diagnostic> Of(ConfigObject value)
    {
        ArgumentNullException.ThrowIfNull(value);
        if (value.Kind != Kind)
            return [];
        var found = new List<Diagnostic>();
        try
        {
            ProxyConfigObject.Read(value);
            var spec = JsonText.Parse(value.SpecJson) as JsonObject;
            foreach (var (path, fields) in Known)
            {
                foreach (var name in ((path.Length == 0 ? spec : spec.Object(path)) ?? []).Select(member => member.Key).Except(fields))
                    found.Add(new(Severity.Warning, UnknownField, Kind, value.Key, path.Length == 0 ? $"spec.{name}" : $"spec.{path}.{name}", "there is no such field; it has no effect"));
            }
        }
        catch (Exception fault) when (fault is InvalidConfigurationException or FormatException)
        {
            found.Add(new(Severity.Error, Unreadable, Kind, value.Key, "spec", $"the object is ignored: {fault.Message}"));
        }

        return found;
    }
}
