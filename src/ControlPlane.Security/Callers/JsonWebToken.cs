using System.Buffers.Text;
using System.Diagnostics.CodeAnalysis;
using System.Text;
using System.Text.Json;

namespace ControlPlane.Security.Callers;

/// <summary>A token in compact form (RFC 7519 and 7515), taken apart. Nothing in it is to be believed before its signature was verified.</summary>
internal sealed class JsonWebToken : IDisposable
{
    private const int MaxDepth = 16;

    private static readonly JsonDocumentOptions Strict = new() { MaxDepth = MaxDepth, AllowDuplicateProperties = false };

    private readonly JsonDocument _header;
    private readonly JsonDocument _payload;

    private JsonWebToken(JsonDocument header, JsonDocument payload, byte[] signed, byte[] signature)
    {
        _header = header;
        _payload = payload;
        Signed = signed;
        Signature = signature;
    }

    /// <summary>What the signature is over.</summary>
    public byte[] Signed { get; }

    public byte[] Signature { get; }

    /// <summary>The claims.</summary>
    public JsonElement Payload => _payload.RootElement;

    /// <summary>alg, "" where absent.</summary>
    public string Algorithm => Text(_header.RootElement, "alg") ?? "";

    /// <summary>kid, null where absent.</summary>
    public string? KeyId => Text(_header.RootElement, "kid");

    /// <summary>Whether the header demands what is not understood here.</summary>
    public bool HasCriticalHeader => _header.RootElement.TryGetProperty("crit", out _);

    public static bool TryParse(string text, [NotNullWhen(true)] out JsonWebToken? token)
    {
        token = null;
        if (text.Split('.') is not [var header, var payload, var signature])
            return false;
        JsonDocument? first = null;
        try
        {
            first = JsonDocument.Parse(Base64Url.DecodeFromChars(header), Strict);
            var second = JsonDocument.Parse(Base64Url.DecodeFromChars(payload), Strict);
            token = new JsonWebToken(first, second, Encoding.ASCII.GetBytes(text[..(header.Length + 1 + payload.Length)]), Base64Url.DecodeFromChars(signature));
            if (first.RootElement.ValueKind == JsonValueKind.Object && second.RootElement.ValueKind == JsonValueKind.Object)
                return true;
            token.Dispose();
            token = null;
            return false;
        }
        catch (Exception fault) when (fault is FormatException or JsonException)
        {
            first?.Dispose();
            return false;
        }
    }

    /// <summary>When an already verified token ends; null where it does not say.</summary>
    public static DateTimeOffset? PeekExpiry(string text)
    {
        if (!TryParse(text, out var token))
            return null;
        using (token)
            return token.Time("exp");
    }

    /// <summary>A claim that is a text; null where it is absent or none.</summary>
    public string? Text(string claim) => Text(Payload, claim);

    /// <summary>Whether there is a claim that says something.</summary>
    public bool Has(string claim) => Payload.TryGetProperty(claim, out var value) && value.ValueKind != JsonValueKind.Null;

    /// <summary>A claim that is a time in seconds; null where it is absent, none or out of range.</summary>
    public DateTimeOffset? Time(string claim)
    {
        const long maxSeconds = 253_402_300_799;
        return Payload.TryGetProperty(claim, out var value) && value.ValueKind == JsonValueKind.Number && value.TryGetDouble(out var seconds)
            && seconds is >= 0 and <= maxSeconds
            ? DateTimeOffset.FromUnixTimeSeconds((long)seconds)
            : null;
    }

    /// <summary>The audiences: one text or a list.</summary>
    public IReadOnlyList<string> Audiences() => Payload.TryGetProperty("aud", out var value)
        ? value.ValueKind switch
        {
            JsonValueKind.String => [value.GetString()!],
            JsonValueKind.Array => [.. value.EnumerateArray().Where(item => item.ValueKind == JsonValueKind.String).Select(item => item.GetString()!)],
            _ => [],
        }
        : [];

    public void Dispose()
    {
        _header.Dispose();
        _payload.Dispose();
    }

    /// <summary>A member that is a text; null where it is absent or none.</summary>
    public static string? Text(JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}
