using ControlPlane.Testing.Network;

namespace ControlPlane.EndToEnd.Sidecars;

/// <summary>EnvoyFilters in two real Envoys: a filter that is discovered on the way in, a route that is patched on the way out, and a patch that Envoy would refuse.</summary>
public class EnvoyFilterTrafficTests
{
    private const string ServiceAddress = "10.96.0.11", Url = $"http://{ServiceAddress}/";
    private const string Inbound = "x-inbound", Outbound = "x-outbound";
    private const int Target = 8080;

    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);
    private static readonly (string Pod, string Address) Web = ("web-1", "10.1.0.11"), Client = ("client-1", "10.2.0.99");

    [InterceptionFact]
    public async Task Responses_BearWhatPatchesAdd_AsLongAsTheyAreThere_AndABadPatchHarmsNobody()
    {
        using var mesh = NewMesh();
        await using var network = await PodNetwork.StartAsync();
        await using var controlPlane = await ControlPlaneProcess.StartAsync(
            mesh.Path, ["--xds-address", "*:15010", "--http-address", "127.0.0.1:8080", "--monitoring-address", "127.0.0.1:15014"], network.Hub.Launcher);
        var (clientPod, webPod) = (await network.AddPodAsync(Client.Address, intercepted: true), await network.AddPodAsync(Web.Address, intercepted: true));
        await using var application = await PodApplication.StartAsync(webPod, Web.Pod, http1: [Target], http2: [], tcp: []);
        await using var server = await SidecarEnvoy.StartAsync(webPod, Web.Pod, "web", Web.Address, delta: false);
        await using var client = await SidecarEnvoy.StartAsync(clientPod, Client.Pod, "client", Client.Address, delta: true);
        using var http = clientPod.NewHttpClient();

        await WaitForHeadersAsync(http, "");
        WritePatches(mesh, "one");
        await WaitForHeadersAsync(http, $"{Inbound}=one {Outbound}=one");
        WritePatches(mesh, "two");
        await WaitForHeadersAsync(http, $"{Inbound}=two {Outbound}=two");

        // No Envoy takes such a cluster: the one that it has stays, and other changes arrive.
        mesh.Write("bad", Filter("bad", """
              - applyTo: CLUSTER
                match: {context: SIDECAR_OUTBOUND, cluster: {service: web.shop.svc.cluster.local}}
                patch: {operation: MERGE, value: {connect_timeout: -1s, alt_stat_name: bad}}
            """));
        WritePatches(mesh, "three");
        await WaitForHeadersAsync(http, $"{Inbound}=three {Outbound}=three");
        Assert.Contains("connect_timeout", controlPlane.Log, StringComparison.Ordinal);

        mesh.Write("patches", "");
        mesh.Write("bad", "");
        await WaitForHeadersAsync(http, "");
        Assert.Empty(await client.RefusalsAsync());
        Assert.Empty(await server.RefusalsAsync());
    }

    private static MeshDirectory NewMesh()
    {
        var mesh = new MeshDirectory();
        mesh.WritePlaintextMesh();
        mesh.WritePod(Client.Pod, Client.Address, "v1", app: "client");
        mesh.WritePod(Web.Pod, Web.Address, "v1");
        mesh.WriteService("web", ServiceAddress, ("http", 80, Target));
        mesh.WriteEndpoints("web", [("http", Target)], Web);

        // A connection per request: when the time to drain is over, an Envoy closes those of a replaced filter chain under their next request.
        mesh.Write("connections", """
            apiVersion: networking.istio.io/v1
            kind: DestinationRule
            metadata: {name: web, namespace: shop}
            spec:
              host: web.shop.svc.cluster.local
              trafficPolicy: {connectionPool: {http: {maxRequestsPerConnection: 1}}}
            """);
        return mesh;
    }

    private static void WritePatches(MeshDirectory mesh, string value) => mesh.Write("patches", Filter("patches", $$"""
          - applyTo: EXTENSION_CONFIG
            patch:
              operation: ADD
              value:
                name: mutation
                typed_config:
                  '@type': type.googleapis.com/envoy.extensions.filters.http.header_mutation.v3.HeaderMutation
                  mutations: {response_mutations: [{append: {header: {key: {{Inbound}}, value: {{value}} }, append_action: OVERWRITE_IF_EXISTS_OR_ADD} }]}
          - applyTo: HTTP_FILTER
            match:
              context: SIDECAR_INBOUND
              listener: {filterChain: {filter: {name: envoy.filters.network.http_connection_manager, subFilter: {name: envoy.filters.http.router} } } }
            patch:
              operation: INSERT_BEFORE
              value:
                name: mutation
                config_discovery:
                  config_source: {ads: {}, resource_api_version: V3, initial_fetch_timeout: 0s}
                  type_urls: [type.googleapis.com/envoy.extensions.filters.http.header_mutation.v3.HeaderMutation]
          - applyTo: HTTP_ROUTE
            match:
              context: SIDECAR_OUTBOUND
              routeConfiguration: {portNumber: 80, vhost: {domainName: web.shop.svc.cluster.local} }
            patch:
              operation: MERGE
              value: {response_headers_to_add: [{header: {key: {{Outbound}}, value: {{value}} } }]}
        """));

    private static string Filter(string name, string patches) => $"""
        apiVersion: networking.istio.io/v1alpha3
        kind: EnvoyFilter
        metadata: {"{"}name: {name}, namespace: shop{"}"}
        spec:
          configPatches:
        {patches}
        """;

    /// <summary>Asks until a response bears these headers of ours and no other; every request must succeed.</summary>
    private static async Task WaitForHeadersAsync(HttpClient http, string expected)
    {
        using var limit = new CancellationTokenSource(Limit);
        while (true)
        {
            using var response = await http.GetAsync(Url);
            Assert.True(response.IsSuccessStatusCode, $"{response.StatusCode} {await response.Content.ReadAsStringAsync()}");
            var found = string.Join(' ', response.Headers.Where(h => h.Key is Inbound or Outbound).OrderBy(h => h.Key, StringComparer.Ordinal).Select(h => $"{h.Key}={string.Join(',', h.Value)}"));
            if (found == expected)
                return;
            Assert.False(limit.IsCancellationRequested, $"expected '{expected}', found '{found}'");
            await Task.Delay(50);
        }
    }
}
