using System.Text.Json;
using ControlPlane.Model.Collections;

namespace ControlPlane.Security.Callers;

/// <summary>An issuer whose tokens are verified here: what Istio's JWT_RULE holds.</summary>
/// <param name="Issuer">iss of its tokens.</param>
/// <param name="Audiences">The audiences of which a token must have one; empty for those of the server.</param>
/// <param name="Jwks">Its key set; "" where it is fetched.</param>
/// <param name="JwksUri">Where its key set is fetched, http or https, or file:///PATH; "" where it is given.</param>
public sealed record JwtRule(string Issuer, EquatableArray<string> Audiences, string Jwks, string JwksUri)
{
    /// <summary>Reads a rule: {"issuer", "audiences", "jwks" or "jwksUri"} (snake case too).</summary>
    /// <exception cref="FormatException">It is none; the message says what is expected.</exception>
    public static JwtRule Parse(string json)
    {
        const string expected = "expected JSON such as {\"issuer\": \"https://kubernetes.default.svc.cluster.local\", \"jwksUri\": \"https://.../openid/v1/jwks\", \"audiences\": [\"istio-ca\"]}";
        try
        {
            using var document = JsonDocument.Parse(json);
            var root = document.RootElement;
            var issuer = JsonWebToken.Text(root, "issuer") ?? "";
            var jwks = JsonWebToken.Text(root, "jwks") ?? "";
            var uri = JsonWebToken.Text(root, "jwksUri") ?? JsonWebToken.Text(root, "jwks_uri") ?? "";
            if (issuer.Length == 0 || (jwks.Length == 0) == (uri.Length == 0) || (uri.Length > 0 && !IsUri(uri)))
                throw new FormatException(expected);
            if (jwks.Length > 0)
                _ = JsonWebKeys.Parse(jwks);
            return new JwtRule(issuer, Audience(root), jwks, uri);
        }
        catch (JsonException fault)
        {
            throw new FormatException(expected, fault);
        }
    }

    private static bool IsUri(string text) => Uri.TryCreate(text, UriKind.Absolute, out var uri) && (uri.Scheme is "http" or "https" or "file");

    private static EquatableArray<string> Audience(JsonElement rule) => rule.TryGetProperty("audiences", out var list) && list.ValueKind == JsonValueKind.Array
        ? [.. list.EnumerateArray().Where(item => item.ValueKind == JsonValueKind.String).Select(item => item.GetString()!)]
        : [];
}
