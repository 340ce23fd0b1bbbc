using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace ControlPlane.Kubernetes.Files.Yaml;

/// <summary>Writes nodes as compact UTF-8 JSON. Recursion is bounded: a node's depth was held to the limit when it was built.</summary>
internal static class NodeWriter
{
    private static readonly JsonWriterOptions Options = new()
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        MaxDepth = 1000,
        SkipValidation = true,
    };

    public static ReadOnlyMemory<byte> Write(YamlNode node)
    {
        var buffer = new ArrayBufferWriter<byte>(1024);
        using (var writer = new Utf8JsonWriter(buffer, Options))
            Write(writer, node);
        return buffer.WrittenMemory;
    }

    private static void Write(Utf8JsonWriter writer, YamlNode node)
    {
        switch (node.Kind)
        {
            case YamlNodeKind.Mapping:
                writer.WriteStartObject();
                foreach (var member in node.Members)
                {
                    writer.WritePropertyName(member.Key);
                    Write(writer, member.Value);
                }

                writer.WriteEndObject();
                break;
            case YamlNodeKind.Sequence:
                writer.WriteStartArray();
                foreach (var item in node.Items)
                    Write(writer, item);
                writer.WriteEndArray();
                break;
            case YamlNodeKind.String:
                writer.WriteStringValue(node.Text);
                break;
            default:
                writer.WriteRawValue(node.Text, skipInputValidation: true);
                break;
        }
    }
}
