using System.Text.Json;
using ControlPlane.Model.Incremental;
using Istio.Security.V1Beta1;

namespace ControlPlane.Translation.Features.RequestAuthentication;

/// <summary>Key sets (JWKS, RFC 7517) by which proxies verify tokens.</summary>
internal static class KeySets
{
    /// <summary>
    /// A set by which no token is ever valid, for issuers whose keys are not known: a filter without keys is refused by Envoy. Its key is a point of the
    /// curve P-256 that comes from a text (x is the SHA-256 of "ControlPlane: a key of nobody 2", y the even one), so that nobody knows a private key.
    /// </summary>
    public const string Unusable =
        """{"keys":[{"kty":"EC","crv":"P-256","kid":"nobody","x":"iyWdC66BKNEXVKwyaFwNVcd3kqA7nvI_PJTWcJMTmAg","y":"AHE3lRGnuvyjdMWVi7uinB8CQqVPhcTOPSSCOJJoId4"}]}""";

    private const int MaxDepth = 16;

    /// <summary>The fields without which a key of a kind is none.</summary>
    private static readonly (string Kind, string[] Fields)[] Required = [("RSA", ["n", "e"]), ("EC", ["x", "y"]), ("OKP", ["crv", "x"]), ("oct", ["k"])];

    /// <summary>The keys of a rule as they were written or fetched, or the unusable set.</summary>
    public static string Of(IReader reader, JWTRule rule) =>
        (rule.Jwks.Length > 0 ? rule.Jwks : KeySources.Find(reader, rule)) is { } keys && Fault(keys) is null ? keys : Unusable;

    /// <summary>What is wrong with a key set; null for nothing.</summary>
    public static string? Fault(string json)
    {
        using var document = Parse(json);
        if (document is null)
            return "this is no key set: JSON is required";
        return Keys(document).Any(IsKey) ? null : """this is no key set: an object {"keys": [...]} with a key that can be used is required""";
    }

    /// <summary>Whether a key set has a key that only its owner should have.</summary>
    public static bool HasPrivateKey(string json)
    {
        using var document = Parse(json);
        return document is not null && Keys(document).Any(static k => Text(k, "kty") == "oct" || Text(k, "d").Length > 0);
    }

    private static JsonDocument? Parse(string json)
    {
        try
        {
            return JsonDocument.Parse(json, new JsonDocumentOptions { MaxDepth = MaxDepth });
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static IEnumerable<JsonElement> Keys(JsonDocument document) =>
        document.RootElement.ValueKind == JsonValueKind.Object && document.RootElement.TryGetProperty("keys", out var keys) && keys.ValueKind == JsonValueKind.Array
            ? keys.EnumerateArray().Where(static k => k.ValueKind == JsonValueKind.Object)
            : [];

    private static bool IsKey(JsonElement key)
    {
        var kind = Array.Find(Required, r => r.Kind == Text(key, "kty"));
        return kind.Fields is not null && Array.TrueForAll(kind.Fields, f => Text(key, f).Length > 0);
    }

    private static string Text(JsonElement key, string name) =>
        key.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString()! : "";
}
