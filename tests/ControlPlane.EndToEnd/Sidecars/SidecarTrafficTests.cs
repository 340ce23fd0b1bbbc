using ControlPlane.Testing.Network;

namespace ControlPlane.EndToEnd.Sidecars;

/// <summary>Two Envoys as sidecars of the control plane that users start, each in a network of its own, under steady load.</summary>
public class SidecarTrafficTests
{
    private const string ServiceAddress = "10.96.0.11", SecondServiceAddress = "10.96.0.12";
    private const int Http = 80, Tcp = 9090, NewPort = 81, HttpTarget = 8080, NewTarget = 8081;

    private static readonly (string Name, int Port)[] Targets = [("http", HttpTarget), ("tcp-echo", Tcp), ("http-new", NewTarget)];
    private static readonly (string Pod, string Address) Web1 = ("web-1", "10.1.0.11"), Web2 = ("web-2", "10.1.0.12"), Client = ("client-1", "10.2.0.99");

    [InterceptionFact]
    public async Task Sidecars_WhileEndpointsServicesAndLabelsChange_FailNoRequest()
    {
        using var mesh = NewMesh();
        await using var network = await PodNetwork.StartAsync();
        await using var controlPlane = await ControlPlaneProcess.StartAsync(
            mesh.Path, ["--xds-address", "*:15010", "--http-address", "127.0.0.1:8080", "--monitoring-address", "127.0.0.1:15014"], network.Hub.Launcher);
        var clientPod = await network.AddPodAsync(Client.Address, intercepted: true);
        var web1Pod = await network.AddPodAsync(Web1.Address, intercepted: true);
        await using var web1 = await PodApplication.StartAsync(web1Pod, Web1.Pod, http1: [HttpTarget, NewTarget], http2: [], tcp: [Tcp]);
        await using var web2 = await PodApplication.StartAsync(
            await network.AddPodAsync(Web2.Address, intercepted: false), Web2.Pod, http1: [HttpTarget, NewTarget], http2: [], tcp: [Tcp]);
        await using var server = await SidecarEnvoy.StartAsync(web1Pod, Web1.Pod, "web", Web1.Address, delta: false);
        await using var client = await SidecarEnvoy.StartAsync(clientPod, Client.Pod, "client", Client.Address, delta: true);

        await using (var load = new SteadyLoad(clientPod, ServiceAddress, Http, Tcp))
        {
            await load.WaitForAnswerOfAsync(Web1.Pod);
            await ChangeEndpointsAsync(mesh, load);
            await ChangeServicesAsync(mesh, client, clientPod);
            await ChangeLabelsAsync(mesh, client);
            await load.WaitForAnswerOfAsync(Web2.Pod);
            Assert.True(load.Failures.Count == 0, $"{load.Failures.Count} of {load.Succeeded} failed: {string.Join("\n", load.Failures.Take(10))}\n{controlPlane.Log}");
        }

        Assert.Empty(await client.RefusalsAsync());
        Assert.Empty(await server.RefusalsAsync());
    }

    private static MeshDirectory NewMesh()
    {
        var mesh = new MeshDirectory();
        mesh.WritePlaintextMesh();
        mesh.WritePod(Client.Pod, Client.Address, "v1", app: "client");
        mesh.WritePod(Web1.Pod, Web1.Address, "v1");
        mesh.WritePod(Web2.Pod, Web2.Address, "v1");
        mesh.WriteService("web", ServiceAddress, ("http", Http, HttpTarget), ("tcp-echo", Tcp, Tcp));
        mesh.WriteEndpoints("web", Targets, Web1);
        return mesh;
    }

    private static async Task ChangeEndpointsAsync(MeshDirectory mesh, SteadyLoad load)
    {
        mesh.WriteEndpoints("web", Targets, Web1, Web2);
        await load.WaitForAnswerOfAsync(Web2.Pod);
        mesh.WriteEndpoints("web", Targets, Web2);
        await load.WaitForSilenceOfAsync(Web1.Pod);
        mesh.WriteEndpoints("web", Targets, Web1, Web2);
        await load.WaitForAnswerOfAsync(Web1.Pod);
    }

    /// <summary>A port is added to the service: a listener, a route and a cluster more. Then a second service: a virtual host more.</summary>
    private static async Task ChangeServicesAsync(MeshDirectory mesh, SidecarEnvoy client, NetworkNamespace clientPod)
    {
        using var http = clientPod.NewHttpClient();
        mesh.WriteService("web", ServiceAddress, ("http", Http, HttpTarget), ("tcp-echo", Tcp, Tcp), ("http-new", NewPort, NewTarget));
        await client.WaitForAsync("/listeners", $"0.0.0.0_{NewPort}::");
        Assert.NotEmpty(await http.GetStringAsync($"http://{ServiceAddress}:{NewPort}/"));

        mesh.WriteEndpoints("api", [("http", HttpTarget)], Web2);
        mesh.WriteService("api", SecondServiceAddress, ("http", Http, HttpTarget));
        await client.WaitForAsync($"/config_dump?resource=dynamic_route_configs&name_regex={Http}", "api.shop.svc.cluster.local");
        Assert.Contains(Web2.Pod, await http.GetStringAsync($"http://{SecondServiceAddress}/"), StringComparison.Ordinal);
    }

    /// <summary>Endpoints carry the labels of their pod.</summary>
    private static async Task ChangeLabelsAsync(MeshDirectory mesh, SidecarEnvoy client)
    {
        mesh.WritePod(Web1.Pod, Web1.Address, "v2");
        await client.WaitForAsync("/config_dump?include_eds&resource=dynamic_endpoint_configs", ";shop;web;v2;Kubernetes");
    }
}
