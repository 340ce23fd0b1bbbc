using ControlPlane.Translation.Envoy.Schema;

namespace ControlPlane.Translation.Envoy.Json;

/// <summary>Says whether bytes are a message of some type, so that a printer need not stop in its middle.</summary>
internal static class WireValidator
{
    /// <summary>How deep messages may nest: as deep as protobuf's own readers allow.</summary>
    public const int MaxDepth = 100;

    /// <summary>Whether the bytes are a message of that type. What an Any within holds is not looked at.</summary>
    public static bool IsMessage(MessageSchema message, ReadOnlySpan<byte> body)
    {
        try
        {
            Check(message, body, 0);
            return true;
        }
        catch (WireException)
        {
            return false;
        }
    }

    private static void Check(MessageSchema message, ReadOnlySpan<byte> body, int depth)
    {
        if (depth >= MaxDepth)
            throw new WireException("messages nest too deep");
        var reader = new WireReader(body);
        while (!reader.AtEnd)
        {
            var (number, wireType) = reader.ReadTag();
            var index = message.IndexOf(number);
            if (index < 0 || wireType != WireReader.Bytes)
            {
                reader.Skip(wireType);
                continue;
            }

            var field = message.Fields[index];
            var value = reader.ReadBytes();
            if (field.Kind == FieldKind.Message && field.Message is { } inner)
                Check(inner, value, depth + 1);
            else if (field.WireType != WireReader.Bytes)
                CheckPacked(field, value);
        }
    }

    private static void CheckPacked(FieldSchema field, ReadOnlySpan<byte> value)
    {
        var reader = new WireReader(value);
        while (!reader.AtEnd)
            reader.Skip(field.WireType);
    }
}
