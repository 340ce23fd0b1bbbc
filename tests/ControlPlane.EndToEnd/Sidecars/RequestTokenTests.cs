using System.Globalization;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using ControlPlane.Testing.Network;

namespace ControlPlane.EndToEnd.Sidecars;

/// <summary>A real Envoy verifies the tokens of end users and admits by what they say.</summary>
public class RequestTokenTests
{
    private const string ServiceAddress = "10.96.0.11", Issuer = "https://users.example/realm";
    private const int Http = 80, HttpTarget = 8080;

    private static readonly (string Pod, string Address) Web = ("web-1", "10.1.0.11"), Client = ("client-1", "10.2.0.99");

    [InterceptionFact]
    public async Task Tokens_AreVerified_AndPoliciesGoByTheirClaims()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var forged = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var objects = NewMesh();
        await using var mesh = await SecureMesh.StartAsync(objects);
        var (clientPod, webPod) = (await mesh.Network.AddPodAsync(Client.Address, intercepted: true), await mesh.Network.AddPodAsync(Web.Address, intercepted: true));
        await using var web = await PodApplication.StartAsync(webPod, Web.Pod, http1: [HttpTarget], http2: [], tcp: []);
        await using var server = await mesh.StartSidecarAsync(webPod, Web.Pod, "web", Web.Address);
        await using var client = await mesh.StartSidecarAsync(clientPod, Client.Pod, "client", Client.Address);
        await UntilAsync(clientPod, "", "200");

        // No key can be had: no token is valid, that none is there is no fault.
        Write(objects, "RequestAuthentication", "{jwtRules: [{issuer: '" + Issuer + "'}]}");
        await UntilAsync(clientPod, Token(key, "alice", "staff"), "401");
        await UntilAsync(clientPod, "", "200");

        Write(objects, "RequestAuthentication", "{jwtRules: [{issuer: '" + Issuer + "', jwks: '" + KeySet(key) + "'}]}");
        await UntilAsync(clientPod, Token(key, "alice", "staff"), "200");
        await UntilAsync(clientPod, Token(forged, "alice", "staff"), "401");

        Write(objects, "AuthorizationPolicy", "{selector: {matchLabels: {app: web}}, rules: [{from: [{source: {requestPrincipals: ['" + Issuer + "/alice']}}]}, {when: [{key: 'request.auth.claims[groups]', values: [admin]}]}]}");
        await UntilAsync(clientPod, "", "403");
        await UntilAsync(clientPod, Token(key, "alice", "staff"), "200");
        await UntilAsync(clientPod, Token(key, "bob", "staff"), "403");
        await UntilAsync(clientPod, Token(key, "bob", "admin"), "200");
        Assert.Empty(await server.RefusalsAsync());
    }

    private static MeshDirectory NewMesh()
    {
        var mesh = new MeshDirectory();
        mesh.WriteMesh();
        mesh.WritePod(Client.Pod, Client.Address, "v1", app: "client", mutualTls: true);
        mesh.WritePod(Web.Pod, Web.Address, "v1", mutualTls: true);
        mesh.WriteService("web", ServiceAddress, ("http", Http, HttpTarget));
        mesh.WriteEndpoints("web", [("http", HttpTarget)], Web);
        return mesh;
    }

    private static void Write(MeshDirectory mesh, string kind, string spec) =>
        mesh.Write(kind, $"apiVersion: security.istio.io/v1\nkind: {kind}\nmetadata: {{name: users, namespace: shop}}\nspec: {spec}\n");

    private static async Task UntilAsync(NetworkNamespace pod, string token, string status)
    {
        using var http = pod.NewHttpClient();
        var last = "";
        for (var attempt = 0; attempt < 1200; attempt++)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, new Uri($"http://{ServiceAddress}:{Http}/"));
            if (token.Length > 0)
                request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
            try
            {
                using var response = await http.SendAsync(request);
                last = ((int)response.StatusCode).ToString(CultureInfo.InvariantCulture);
            }
            catch (HttpRequestException fault)
            {
                last = fault.Message;
            }

            if (last == status)
                return;
            await Task.Delay(50);
        }

        Assert.Fail($"should have been answered with {status}: {last}");
    }

    private static string Token(ECDsa key, string subject, string group)
    {
        var expiry = DateTimeOffset.UtcNow.AddMinutes(10).ToUnixTimeSeconds();
        var signed = Encode("""{"alg":"ES256","typ":"JWT","kid":"one"}"""u8) + "."
            + Encode(JsonSerializer.SerializeToUtf8Bytes(new { iss = Issuer, sub = subject, exp = expiry, groups = new[] { group } }));
        return signed + "." + Encode(key.SignData(Encoding.ASCII.GetBytes(signed), HashAlgorithmName.SHA256));
    }

    private static string KeySet(ECDsa key)
    {
        var point = key.ExportParameters(includePrivateParameters: false).Q;
        return JsonSerializer.Serialize(new { keys = new[] { new { kty = "EC", crv = "P-256", kid = "one", x = Encode(point.X!), y = Encode(point.Y!) } } });
    }

    private static string Encode(ReadOnlySpan<byte> bytes) => Convert.ToBase64String(bytes).TrimEnd('=').Replace('+', '-').Replace('/', '_');
}
