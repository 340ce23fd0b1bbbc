using System.Net;
using System.Net.Sockets;
using ControlPlane.Testing.Network;
using Xunit.Abstractions;

namespace ControlPlane.EndToEnd.Sidecars;

/// <summary>What real Envoys make of it when the authority's root is replaced and when it revokes a certificate.</summary>
public class AuthorityTrafficTests(ITestOutputHelper output)
{
    private const string ServiceAddress = "10.96.0.11";
    private const int Http = 80, Tcp = 9090, HttpTarget = 8080;

    private static readonly (string Pod, string Address) Web = ("web-1", "10.1.0.11"), Client = ("client-1", "10.2.0.99"), Other = ("other-1", "10.2.0.98");

    [InterceptionFact]
    public async Task Root_ReplacedTwiceUnderLoad_FailsNoRequestAndNoHandshake()
    {
        using var objects = NewMesh();
        await using var mesh = await SecureMesh.StartAsync(objects);
        var clientPod = await mesh.Network.AddPodAsync(Client.Address, intercepted: true);
        var webPod = await mesh.Network.AddPodAsync(Web.Address, intercepted: true);
        await using var web = await PodApplication.StartAsync(webPod, Web.Pod, http1: [HttpTarget], http2: [], tcp: [Tcp]);
        await using var server = await mesh.StartSidecarAsync(webPod, Web.Pod, "web", Web.Address, delta: false);
        await using var client = await mesh.StartSidecarAsync(clientPod, Client.Pod, "client", Client.Address);
        await using var load = new SteadyLoad(clientPod, ServiceAddress, Http, Tcp);
        await load.WaitForAnswerOfAsync(Web.Pod);
        for (var round = 0; round < 2; round++)
        {
            foreach (var (step, secret) in new[] { ("prepare", "ROOTCA"), ("activate", "default"), ("retire", "ROOTCA") })
            {
                var before = await Task.WhenAll(UpdatesAsync(server, secret), UpdatesAsync(client, secret));
                await SecureMesh.RunAsync(["ca", step, "--data-dir", mesh.Data, .. step == "prepare" ? (string[])[] : ["--force"]]);
                await UntilUpdatedAsync(server, secret, before[0]);
                await UntilUpdatedAsync(client, secret, before[1]);
                await load.WaitForAnswerOfAsync(Web.Pod);
            }
        }

        var handshakes = (await server.StatsAsync("^listener.*ssl.handshake$")).Values.Sum();
        output.WriteLine($"{load.Succeeded} requests, {load.Failures.Count} failed; {handshakes} handshakes of the server");
        Assert.True(load.Failures.Count == 0, $"{load.Failures.Count} of {load.Succeeded} failed: {string.Join("\n", load.Failures.Take(10))}\n{mesh.ControlPlane.Log}");
        Assert.Equal(0, (await server.StatsAsync("ssl.(fail_verify|connection_error)")).Values.Sum());
        Assert.True(handshakes > 100, $"{handshakes} handshakes");
        Assert.Empty(await client.RefusalsAsync());
        Assert.Empty(await server.RefusalsAsync());
    }

    [InterceptionFact]
    public async Task Certificate_ThatIsRevoked_IsRefusedByItsPeer_AndOthersAreNot()
    {
        using var authority = new PluggedAuthority();
        using var objects = NewMesh();
        await using var mesh = await SecureMesh.StartPluggedAsync(objects, authority.Path);
        var clientPod = await mesh.Network.AddPodAsync(Client.Address, intercepted: true);
        var otherPod = await mesh.Network.AddPodAsync(Other.Address, intercepted: true);
        var webPod = await mesh.Network.AddPodAsync(Web.Address, intercepted: true);
        await using var web = await PodApplication.StartAsync(webPod, Web.Pod, http1: [HttpTarget], http2: [], tcp: [Tcp]);
        await using var server = await mesh.StartSidecarAsync(webPod, Web.Pod, "web", Web.Address);
        await using var client = await mesh.StartSidecarAsync(clientPod, Client.Pod, "client", Client.Address);
        await using var other = await mesh.StartSidecarAsync(otherPod, Other.Pod, "other", Other.Address, delta: false);

        // Lists of which nothing is on refuse nobody.
        await server.WaitForAsync("config_dump", "\"crl\"");
        await UntilAsync(clientPod, answered: true, mesh);
        await UntilAsync(otherPod, answered: true, mesh);
        Assert.Equal(0, (await server.StatsAsync("ssl.fail_verify_error")).Values.Sum());

        authority.WriteRevoked(SerialOf("client", mesh));
        await UntilAsync(clientPod, answered: false, mesh);
        Assert.InRange((await server.StatsAsync("ssl.fail_verify_error")).Values.Sum(), 1, long.MaxValue);
        Assert.True(await IsAnsweredAsync(otherPod), "a certificate that is not revoked is refused");

        authority.WriteRevoked();
        await UntilAsync(clientPod, answered: true, mesh);
        Assert.Empty(await client.RefusalsAsync());
        Assert.Empty(await server.RefusalsAsync());
    }

    private static MeshDirectory NewMesh() =>
        MeshDirectory.OfWeb(ServiceAddress, [("http", Http, HttpTarget), ("tcp-echo", Tcp, Tcp)], Web, ("client", Client), ("other", Other));

    /// <summary>The serial number of the certificate that a service account's proxy has now, as the control plane has logged it.</summary>
    private static string SerialOf(string account, SecureMesh mesh)
    {
        const string serial = "serial ";
        var line = mesh.ControlPlane.Log.Split('\n').Last(text => text.Contains($"/sa/{account}, node", StringComparison.Ordinal));
        var rest = line[(line.IndexOf(serial, StringComparison.Ordinal) + serial.Length)..];
        return rest[..rest.IndexOf(',', StringComparison.Ordinal)];
    }

    private static async Task<long> UpdatesAsync(SidecarEnvoy proxy, string secret) => (await proxy.StatsAsync($"sds.{secret}.update_success$")).Values.Max();

    private static async Task UntilUpdatedAsync(SidecarEnvoy proxy, string secret, long before)
    {
        for (var attempt = 0; await UpdatesAsync(proxy, secret) <= before; attempt++)
        {
            Assert.True(attempt < 1200, $"{secret} was not replaced: {proxy.Log}");
            await Task.Delay(50);
        }
    }

    /// <summary>Until a new connection, which is one between the proxies too, carries an answer, or does not.</summary>
    private static async Task UntilAsync(NetworkNamespace pod, bool answered, SecureMesh mesh)
    {
        for (var attempt = 0; await IsAnsweredAsync(pod) != answered; attempt++)
        {
            Assert.True(attempt < 600, $"connections should have been {(answered ? "answered" : "refused")}:\n{mesh.ControlPlane.Log}");
            await Task.Delay(100);
        }
    }

    private static async Task<bool> IsAnsweredAsync(NetworkNamespace pod)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        try
        {
            using var socket = await pod.ConnectAsync(new IPEndPoint(IPAddress.Parse(ServiceAddress), Tcp), limit.Token);
            await using var stream = new NetworkStream(socket);
            await stream.WriteAsync("hello\n"u8.ToArray(), limit.Token);
            using var reader = new StreamReader(stream);
            return await reader.ReadLineAsync(limit.Token) is not null;
        }
        catch (Exception fault) when (fault is IOException or SocketException)
        {
            return false;
        }
    }
}
