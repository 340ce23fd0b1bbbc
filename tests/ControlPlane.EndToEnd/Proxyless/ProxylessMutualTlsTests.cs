using System.Globalization;
using ControlPlane.Testing.Processes;

namespace ControlPlane.EndToEnd.Proxyless;

/// <summary>gRPC's C-core on both sides: an xDS server and an xDS client that speak mutual TLS because the control plane tells them to.</summary>
public class ProxylessMutualTlsTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    [PythonGrpcFact]
    public async Task CCore_ServerAndClient_SpeakMutualTls_AndStrictRefusesAllOthers()
    {
        await using var mesh = await SecureProxylessMesh.StartAsync("STRICT");
        await using var server = await mesh.StartServerAsync();
        await using var client = await mesh.StartClientAsync("client");

        Assert.Equal("sees spiffe://cluster.local/ns/shop/sa/client", await client.WaitForLineAsync("sees ", Limit));
        await mesh.UntilAsync("client", "accepted");
        await mesh.MakeForeignAsync("foreign");
        foreach (var other in new[] { null, "", "foreign" })
            Assert.StartsWith("refused", await mesh.ProbeAsync(other), StringComparison.Ordinal);

        // New keys and certificates for both while calls go on.
        await mesh.EnrolAsync("web");
        await mesh.EnrolAsync("client");
        await mesh.UntilAsync("client", "accepted");
        await ExpectNoErrorsAsync(client, mesh);
    }

    [PythonGrpcFact]
    public async Task CCore_ServerAndClient_FollowTheModeOfPeerAuthentication()
    {
        await using var mesh = await SecureProxylessMesh.StartAsync("STRICT");
        await using var server = await mesh.StartServerAsync();
        await using var client = await mesh.StartClientAsync("client");
        await client.WaitForLineAsync("sees spiffe://cluster.local/ns/shop/sa/client", Limit);
        await mesh.UntilAsync(null, "refused");

        mesh.SetMode("DISABLE");
        await client.WaitForLineAsync("sees plaintext", Limit);
        await mesh.UntilAsync(null, "accepted");

        mesh.SetMode("STRICT");
        await mesh.UntilAsync(null, "refused");
        await mesh.UntilAsync("client", "accepted");
    }

    [PythonGrpcFact]
    public async Task CCore_Client_RefusesAServerOfAnotherServiceAccount()
    {
        await using var mesh = await SecureProxylessMesh.StartAsync("STRICT");
        await using var server = await mesh.StartServerAsync("impostor");
        await using var client = await mesh.StartClientAsync("client");
        await mesh.UntilAsync("client", "accepted");

        await client.WaitForLineAsync("error ", Limit);
        Assert.DoesNotContain("sees", client.Output, StringComparison.Ordinal);
    }

    [PythonGrpcFact]
    public async Task CCore_Server_ObeysAuthorizationPolicies()
    {
        await using var mesh = await SecureProxylessMesh.StartAsync("STRICT");
        mesh.SetPolicy("friends", "{rules: [{from: [{source: {principals: [cluster.local/ns/shop/sa/client]}}]}]}");
        mesh.SetPolicy("nobody", "{action: DENY, rules: [{to: [{operation: {paths: [/none]}}]}]}");
        await using (var server = await mesh.StartServerAsync())
        await using (var client = await mesh.StartClientAsync("client"))
        await using (var stranger = await mesh.StartClientAsync("stranger"))
        {
            Assert.Equal("sees spiffe://cluster.local/ns/shop/sa/client", await client.WaitForLineAsync("sees ", Limit));
            Assert.Contains("PERMISSION_DENIED", await stranger.WaitForLineAsync("error ", Limit), StringComparison.Ordinal);
            await ExpectNoErrorsAsync(client, mesh);
        }

        // No rule at all admits nobody.
        mesh.SetPolicy("friends", "{rules: []}");
        await using var closed = await mesh.StartServerAsync();
        await using var other = await mesh.StartClientAsync("client");
        Assert.Contains("PERMISSION_DENIED", await other.WaitForLineAsync("error ", Limit), StringComparison.Ordinal);
    }

    private static async Task ExpectNoErrorsAsync(ExternalProcess client, SecureProxylessMesh mesh)
    {
        await client.WriteLineAsync("end");
        var total = (await client.WaitForLineAsync("total ", Limit)).Split(' ');
        Assert.True(total[2] == "0", $"{total[2]} errors:\n{client.Output}\n{mesh.Log}");
        Assert.True(int.Parse(total[1], CultureInfo.InvariantCulture) > 0);
    }
}
