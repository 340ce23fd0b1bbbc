using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace ControlPlane.Security.Tests.Support;

/// <summary>An issuer of tokens like the one of a cluster.</summary>
internal sealed class TestTokens
{
    public const string Issuer = "https://kubernetes.default.svc.cluster.local";

    private readonly RSA _rsa = RSA.Create(2048);
    private readonly ECDsa _ec = ECDsa.Create(ECCurve.NamedCurves.nistP256);

    public string Jwks
    {
        get
        {
            var rsa = _rsa.ExportParameters(false);
            var ec = _ec.ExportParameters(false);
            return JsonSerializer.Serialize(new
            {
                keys = new object[]
                {
                    new { kty = "RSA", kid = "r", use = "sig", n = Base64Url.EncodeToString(rsa.Modulus), e = Base64Url.EncodeToString(rsa.Exponent) },
                    new { kty = "EC", kid = "e", crv = "P-256", x = Base64Url.EncodeToString(ec.Q.X), y = Base64Url.EncodeToString(ec.Q.Y) },
                    new { kty = "oct", kid = "o", k = "c2VjcmV0" },
                },
            });
        }
    }

    public static Dictionary<string, object?> Claims(DateTimeOffset now) => new()
    {
        ["iss"] = Issuer,
        ["aud"] = new[] { "istio-ca" },
        ["sub"] = "system:serviceaccount:shop:web",
        ["exp"] = now.AddHours(1).ToUnixTimeSeconds(),
        ["nbf"] = now.ToUnixTimeSeconds(),
        ["kubernetes.io"] = new Dictionary<string, object>
        {
            ["namespace"] = "shop", ["pod"] = new { name = "web-1", uid = "u1" }, ["serviceaccount"] = new { name = "web", uid = "u2" },
        },
    };

    public string Sign(Dictionary<string, object?> claims, string algorithm = "RS256", string? keyId = "r", string extraHeader = "")
    {
        var header = $$"""{"alg":"{{algorithm}}"{{(keyId is null ? "" : $",\"kid\":\"{keyId}\"")}}{{extraHeader}}}""";
        return SignText(header, JsonSerializer.Serialize(claims), algorithm);
    }

    public string SignText(string header, string payload, string algorithm)
    {
        var signed = Base64Url.EncodeToString(Encoding.UTF8.GetBytes(header)) + "." + Base64Url.EncodeToString(Encoding.UTF8.GetBytes(payload));
        var data = Encoding.ASCII.GetBytes(signed);
        var signature = algorithm switch
        {
            "RS256" => _rsa.SignData(data, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1),
            "PS256" => _rsa.SignData(data, HashAlgorithmName.SHA256, RSASignaturePadding.Pss),
            "ES256" => _ec.SignData(data, HashAlgorithmName.SHA256),
            "HS256" => HMACSHA256.HashData(_rsa.ExportSubjectPublicKeyInfo(), data),
            _ => [],
        };
        return signed + "." + Base64Url.EncodeToString(signature);
    }
}
