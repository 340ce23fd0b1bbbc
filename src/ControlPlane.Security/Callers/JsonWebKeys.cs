using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text.Json;
using ControlPlane.Security.Authority;

namespace ControlPlane.Security.Callers;

/// <summary>Reads key sets (RFC 7517). Keys of other kinds than those for signatures with RSA or ECDSA are left out, too short ones too.</summary>
internal static class JsonWebKeys
{
    /// <summary>Greatest size of a key set.</summary>
    public const int MaxBytes = 1024 * 1024;

    /// <summary>Greatest depth of a key set and of the documents that lead to it.</summary>
    public const int MaxDepth = 16;

    /// <summary>Whether a text has the form of a key set: nothing else is handed on to proxies.</summary>
    public static bool IsKeySet(string json)
    {
        try
        {
            _ = Parse(json);
            return true;
        }
        catch (FormatException)
        {
            return false;
        }
    }

    /// <summary>The keys of a set.</summary>
    /// <exception cref="FormatException">It is no key set.</exception>
    public static IReadOnlyList<TokenKey> Parse(string json)
    {
        try
        {
            using var document = JsonDocument.Parse(json, new JsonDocumentOptions { MaxDepth = MaxDepth });
            if (document.RootElement.ValueKind != JsonValueKind.Object || !document.RootElement.TryGetProperty("keys", out var keys) || keys.ValueKind != JsonValueKind.Array)
                throw new FormatException("a JSON object with a list 'keys' is expected");
            return [.. keys.EnumerateArray().Select(ReadKey).OfType<TokenKey>()];
        }
        catch (JsonException fault)
        {
            throw new FormatException($"no JSON: {fault.Message}", fault);
        }
    }

    private static TokenKey? ReadKey(JsonElement key)
    {
        if (JsonWebToken.Text(key, "use") is { } use && use != "sig")
            return null;
        var id = JsonWebToken.Text(key, "kid");
        try
        {
            return JsonWebToken.Text(key, "kty") switch
            {
                "RSA" => ReadRsa(id, key),
                "EC" => ReadEc(id, key),
                _ => null,
            };
        }
        catch (Exception fault) when (fault is CryptographicException or FormatException)
        {
            return null;
        }
    }

    private static TokenKey.Rsa? ReadRsa(string? id, JsonElement key)
    {
        var rsa = RSA.Create(new RSAParameters { Modulus = Bytes(key, "n"), Exponent = Bytes(key, "e") });
        return KeyPolicy.IsAllowed(rsa) ? new TokenKey.Rsa(id, rsa) : null;
    }

    private static TokenKey.Ec? ReadEc(string? id, JsonElement key)
    {
        ECCurve? curve = JsonWebToken.Text(key, "crv") switch
        {
            "P-256" => ECCurve.NamedCurves.nistP256,
            "P-384" => ECCurve.NamedCurves.nistP384,
            _ => null,
        };
        return curve is { } known
            ? new TokenKey.Ec(id, ECDsa.Create(new ECParameters { Curve = known, Q = new ECPoint { X = Bytes(key, "x"), Y = Bytes(key, "y") } }))
            : null;
    }

    private static byte[] Bytes(JsonElement key, string name) =>
        Base64Url.DecodeFromChars(JsonWebToken.Text(key, name) ?? throw new FormatException($"the key lacks {name}"));
}
