using System.Buffers.Text;
using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json;
using ControlPlane.Security.Authority;
using ControlPlane.Security.Callers;
using ControlPlane.Security.Identities;
using ControlPlane.Security.Signing;
using Istio.V1.Auth;
using Microsoft.Extensions.Logging.Abstractions;

namespace ControlPlane.Benchmarks.Security;

/// <summary>
/// Measures what a certificate costs the server beside TLS: reading and checking the request, signing, the answer; without and with the check of
/// an RS256 token. CPU time of one thread.
/// </summary>
internal static class CertificatesCommand
{
    private const int Requests = 64;
    private const string Issuer = "https://kubernetes.default.svc";

    public static async Task<int> RunAsync(string[] args)
    {
        var time = TimeSpan.FromSeconds(args.Length > 0 ? double.Parse(args[0], CultureInfo.InvariantCulture) : 3);
        using var tokenKey = RSA.Create(2048);
        var verifier = Verifier(tokenKey);
        foreach (var authority in new[] { KeyKind.EcdsaP256, KeyKind.Rsa2048 })
        {
            var current = new CurrentAuthority();
            current.Set(CertificateAuthority.Load(SelfSignedRoot.Create(authority, DateTimeOffset.UtcNow), "benchmark"));
            var issuer = new CertificateIssuer(current, CertificatePolicy.Default, TimeProvider.System);
            foreach (var leaf in new[] { "P-256", "RSA-2048" })
            {
                var csrs = Enumerable.Range(0, Requests).Select(_ => Csr(leaf)).ToArray();
                await MeasureAsync($"{authority} authority, {leaf} request", time, csrs, issuer, null, []);
                await MeasureAsync($"{authority} authority, {leaf} request, token checked", time, csrs, issuer, verifier, [.. csrs.Select((_, i) => Token(tokenKey, i))]);
            }
        }

        return 0;
    }

    private static async Task MeasureAsync(string what, TimeSpan time, string[] csrs, CertificateIssuer issuer, JwtVerifier? verifier, string[] tokens)
    {
        // Long enough for the code to be compiled for good.
        var warming = Stopwatch.StartNew();
        for (var i = 0; warming.Elapsed < time; i = (i + 1) % Requests)
            await AnswerAsync(csrs[i], issuer, verifier, tokens.ElementAtOrDefault(i));
        using var process = Process.GetCurrentProcess();
        var (watch, cpu, count) = (Stopwatch.StartNew(), process.TotalProcessorTime, 0);
        while (watch.Elapsed < time)
        {
            await AnswerAsync(csrs[count % Requests], issuer, verifier, tokens.ElementAtOrDefault(count % Requests));
            count++;
        }

        process.Refresh();
        var used = process.TotalProcessorTime - cpu;
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"{what,-60} {count / used.TotalSeconds,8:F0} certificates per CPU-second, {used.TotalMicroseconds / count,6:F0} us each"));
    }

    private static async Task<int> AnswerAsync(string csr, CertificateIssuer issuer, JwtVerifier? verifier, string? token)
    {
        var (space, account) = ("shop", "web");
        if (verifier is not null)
        {
            var claims = (await verifier.VerifyAsync(token!, default)).Claims ?? throw new InvalidOperationException("the token is refused");
            (space, account) = (claims.Namespace, claims.ServiceAccount);
        }

        var issued = issuer.Issue(CsrReader.Read(csr), CertificateNames.Of(SpiffeId.Create("cluster.local", space, account)), TimeSpan.FromHours(24));
        return new IstioCertificateResponse { CertChain = { issued.PresentedPem, issued.Authority.Roots.Pem } }.CalculateSize();
    }

    private static string Csr(string kind)
    {
        using AsymmetricAlgorithm key = kind == "P-256" ? ECDsa.Create(ECCurve.NamedCurves.nistP256) : RSA.Create(2048);
        var request = key is ECDsa ec
            ? new CertificateRequest("O=istio", ec, HashAlgorithmName.SHA256)
            : new CertificateRequest("O=istio", (RSA)key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        return request.CreateSigningRequestPem();
    }

    private static JwtVerifier Verifier(RSA key)
    {
        var parameters = key.ExportParameters(false);
        var jwks = JsonSerializer.Serialize(new { keys = new[] { new { kty = "RSA", n = Base64Url.EncodeToString(parameters.Modulus), e = Base64Url.EncodeToString(parameters.Exponent) } } });
        return JwtVerifiers.Of(new JwtRule(Issuer, [], jwks, ""), ["istio-ca"], null, TimeProvider.System, NullLogger<JwtVerifier>.Instance);
    }

    private static string Token(RSA key, int number)
    {
        var claims = JsonSerializer.Serialize(new
        {
            iss = Issuer, aud = new[] { "istio-ca" }, sub = "system:serviceaccount:shop:web", exp = DateTimeOffset.UtcNow.AddHours(1).ToUnixTimeSeconds(), jti = number,
        });
        var signed = Part("""{"alg":"RS256"}""") + "." + Part(claims);
        return signed + "." + Base64Url.EncodeToString(key.SignData(Encoding.ASCII.GetBytes(signed), HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1));
    }

    private static string Part(string json) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(json));
}
