using System.Text.Encodings.Web;
using System.Text.Json;
using ControlPlane.Model.Delivery;
using ControlPlane.Translation.Envoy;

namespace ControlPlane.Commands.Translate;

/// <summary>Writes the resources of a proxy, a file per type.</summary>
internal static class ResourceWriter
{
    private static readonly JsonWriterOptions Options = new() { Indented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Writes into a directory, which is made. A file of an earlier run that would now be empty is removed.</summary>
    public static void Write(string directory, IReadOnlyDictionary<XdsType, IReadOnlyList<EncodedResource>> resources)
    {
        Directory.CreateDirectory(directory);
        foreach (var (type, name, always) in ResourceFiles.All)
        {
            var path = Path.Combine(directory, name + ".json");
            var ofType = resources.GetValueOrDefault(type, []);
            if (always || ofType.Count > 0)
                WriteFile(path, type, ofType);
            else
                File.Delete(path);
        }
    }

    private static void WriteFile(string path, XdsType type, IReadOnlyList<EncodedResource> resources)
    {
        using var file = File.Create(path);
        using (var writer = new Utf8JsonWriter(file, Options))
        {
            writer.WriteStartArray();
            foreach (var resource in resources)
            {
                ProtoJson.Write(writer, type.MessageName(), resource.Body.Span);
                writer.Flush();
            }

            writer.WriteEndArray();
        }

        file.WriteByte((byte)'\n');
    }
}
