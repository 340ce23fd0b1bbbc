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

    private const string Metadata = "metadata";

    public static ReadOnlyMemory<byte> Write(YamlNode node)
    {
        var buffer = new ArrayBufferWriter<byte>(1024);
        using (var writer = new Utf8JsonWriter(buffer, Options))
            Write(writer, node);
        return buffer.WrittenMemory;
    }

    /// <summary>Writes a Kubernetes object. Its name and namespace are strings even if YAML takes them for something else, as <c>false</c> and <c>123</c>.</summary>
    public static ReadOnlyMemory<byte> WriteObject(YamlNode node)
    {
        var buffer = new ArrayBufferWriter<byte>(1024);
        using (var writer = new Utf8JsonWriter(buffer, Options))
        {
            writer.WriteStartObject();
            foreach (var member in node.Members)
            {
                writer.WritePropertyName(member.Key);
                if (member.Key == Metadata && member.Value.Kind == YamlNodeKind.Mapping)
                    WriteMetadata(writer, member.Value);
                else
                    Write(writer, member.Value);
            }

            writer.WriteEndObject();
        }

        return buffer.WrittenMemory;
    }

    /// <summary>Whether a node stands for a name, be it quoted or not.</summary>
    public static bool IsName(YamlNode node) => node.Kind is YamlNodeKind.String or YamlNodeKind.Number or YamlNodeKind.Boolean;

    private static void WriteMetadata(Utf8JsonWriter writer, YamlNode metadata)
    {
        writer.WriteStartObject();
        foreach (var member in metadata.Members)
        {
            writer.WritePropertyName(member.Key);
            if (member.Key is "name" or "namespace" && IsName(member.Value))
                writer.WriteStringValue(member.Value.Text);
            else
                Write(writer, member.Value);
        }

        writer.WriteEndObject();
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
