using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Json;
using System.Net.Sockets;
using ControlPlane.Testing.Network;
using Xunit.Abstractions;

namespace ControlPlane.EndToEnd.Sidecars;

/// <summary>
/// Two Envoys without an agent, each in a network of its own, with keys and certificates that came over their authenticated streams. Short
/// lifetimes, so that certificates are renewed under load.
/// </summary>
public class MutualTlsTests(ITestOutputHelper output)
{
    private const string ServiceAddress = "10.96.0.11", ClientIdentity = "spiffe://cluster.local/ns/shop/sa/client";
    private const int Http = 80, Tcp = 9090, HttpTarget = 8080;

    private static readonly (string Pod, string Address) Web = ("web-1", "10.1.0.11"), Client = ("client-1", "10.2.0.99"), Outsider = ("outside-1", "10.3.0.7");

    [InterceptionFact]
    public async Task Sidecars_WithIdentitiesOfTheControlPlane_SpeakMutualTls_AndStrictRefusesPlaintext()
    {
        using var objects = NewMesh();
        await using var mesh = await SecureMesh.StartAsync(objects, "--cert-ttl", "10s");
        var clientPod = await mesh.Network.AddPodAsync(Client.Address, intercepted: true);
        var webPod = await mesh.Network.AddPodAsync(Web.Address, intercepted: true);
        var outsider = await mesh.Network.AddPodAsync(Outsider.Address, intercepted: false);
        await using var web = await PodApplication.StartAsync(webPod, Web.Pod, http1: [HttpTarget], http2: [], tcp: [Tcp]);
        await using var server = await mesh.StartSidecarAsync(webPod, Web.Pod, "web", Web.Address, delta: false);
        await using var client = await mesh.StartSidecarAsync(clientPod, Client.Pod, "client", Client.Address);

        await using (var load = new SteadyLoad(clientPod, ServiceAddress, Http, Tcp))
        {
            await load.WaitForAnswerOfAsync(Web.Pod);
            await ExpectIdentifiedAsync(clientPod);
            await UntilPlaintextAsync(outsider, accepted: false);
            foreach (var mode in new[] { "PERMISSIVE", "STRICT", "PERMISSIVE" })
            {
                objects.WritePeerAuthentication(mode);
                await UntilPlaintextAsync(outsider, accepted: mode != "STRICT");
                await ExpectIdentifiedAsync(clientPod);
            }

            await UntilRenewedAsync(server, times: 4);
            await load.WaitForAnswerOfAsync(Web.Pod);
            Assert.True(load.Failures.Count == 0, $"{load.Failures.Count} of {load.Succeeded} failed: {string.Join("\n", load.Failures.Take(10))}\n{mesh.ControlPlane.Log}");
        }

        Assert.Empty(await client.RefusalsAsync());
        Assert.Empty(await server.RefusalsAsync());
    }

    /// <summary>
    /// Ten seconds of life, of which half is used: for 15 seconds, or as many as CONTROLPLANE_RENEWAL_SECONDS says (300 is the proof).
    /// </summary>
    [InterceptionFact]
    public async Task Certificates_OfTenSeconds_CarryTraffic_WithoutAFailedRequest()
    {
        var duration = TimeSpan.FromSeconds(int.TryParse(Environment.GetEnvironmentVariable("CONTROLPLANE_RENEWAL_SECONDS"), CultureInfo.InvariantCulture, out var asked) ? asked : 15);
        using var objects = NewMesh();
        await using var mesh = await SecureMesh.StartAsync(objects, "--cert-ttl", "10s");
        var clientPod = await mesh.Network.AddPodAsync(Client.Address, intercepted: true);
        var webPod = await mesh.Network.AddPodAsync(Web.Address, intercepted: true);
        await using var web = await PodApplication.StartAsync(webPod, Web.Pod, http1: [HttpTarget], http2: [], tcp: [Tcp]);
        await using var server = await mesh.StartSidecarAsync(webPod, Web.Pod, "web", Web.Address, delta: false);
        await using var client = await mesh.StartSidecarAsync(clientPod, Client.Pod, "client", Client.Address);
        await using var load = new SteadyLoad(clientPod, ServiceAddress, Http, Tcp);
        await load.WaitForAnswerOfAsync(Web.Pod);
        var watch = Stopwatch.StartNew();
        await UntilRenewedAsync(server, times: 2);
        if (duration > watch.Elapsed)
            await Task.Delay(duration - watch.Elapsed);

        var renewals = (await server.StatsAsync("sds.default.update_success$")).Values.Max() - 1;
        await load.WaitForAnswerOfAsync(Web.Pod);
        output.WriteLine($"{watch.Elapsed.TotalSeconds:F0} s: {load.Succeeded} requests, {load.Failures.Count} failed, {renewals} renewals of the server's certificate");
        Assert.True(load.Failures.Count == 0, $"{load.Failures.Count} of {load.Succeeded} failed: {string.Join("\n", load.Failures.Take(10))}\n{mesh.ControlPlane.Log}");
        Assert.InRange(renewals, (long)(duration.TotalSeconds / 10), long.MaxValue);
        Assert.Empty(await server.RefusalsAsync());
    }

    private static MeshDirectory NewMesh() =>
        MeshDirectory.OfWeb(ServiceAddress, [("http", Http, HttpTarget), ("tcp-echo", Tcp, Tcp)], Web, ("client", Client));

    /// <summary>The application hears whose certificate the client showed.</summary>
    private static async Task ExpectIdentifiedAsync(NetworkNamespace clientPod)
    {
        using var http = clientPod.NewHttpClient();
        var reply = (await http.GetFromJsonAsync<PodReply>($"http://{ServiceAddress}/"))!;
        Assert.Contains("URI=" + ClientIdentity, reply.ClientCertificate, StringComparison.Ordinal);
    }

    private static async Task UntilPlaintextAsync(NetworkNamespace outsider, bool accepted)
    {
        using var http = outsider.NewHttpClient(pooledConnectionLifetime: TimeSpan.Zero);
        string last = "";
        for (var attempt = 0; attempt < 1200; attempt++)
        {
            try
            {
                last = await http.GetStringAsync($"http://{Web.Address}:{HttpTarget}/");
                if (accepted)
                    return;
            }
            catch (Exception fault) when (fault is HttpRequestException or SocketException or IOException)
            {
                last = fault.Message;
                if (!accepted)
                    return;
            }

            await Task.Delay(50);
        }

        Assert.Fail($"plaintext should have been {(accepted ? "accepted" : "refused")}: {last}");
    }

    /// <summary>Until the proxy has taken so many new secrets.</summary>
    private static async Task UntilRenewedAsync(SidecarEnvoy proxy, int times)
    {
        for (var attempt = 0; attempt < 600; attempt++)
        {
            var updates = await proxy.StatsAsync("sds.default.update_success$");
            if (updates.Values.Any(count => count > times))
                return;
            await Task.Delay(100);
        }

        Assert.Fail($"no {times} renewals: {string.Join(", ", await proxy.StatsAsync("sds"))}\n{proxy.Log}");
    }
}
