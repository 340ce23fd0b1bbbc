using System.Text.Json;
using ControlPlane.Translation.Envoy.Schema;

namespace ControlPlane.Translation.Envoy.Json;

/// <summary>Reads the keys of maps, which JSON writes as strings whatever their type.</summary>
internal static class JsonMapKey
{
    /// <summary>The bytes of a key, without tag or length; null where the text is none.</summary>
    public static byte[]? Read(FieldSchema key, string text)
    {
        try
        {
            var json = key.Kind == FieldKind.Bool ? text : $"\"{JsonEncodedText.Encode(text)}\"";
            using var document = JsonDocument.Parse(json);
            return JsonScalars.Read(key, document.RootElement) ?? (key.WireType == WireReader.Bytes ? [] : WireScalars.Zero(key).ToArray());
        }
        catch (Exception fault) when (fault is JsonException or JsonFormatException)
        {
            return null;
        }
    }
}
