using System.Net;
using System.Text.Json.Nodes;
using ControlPlane.FeatureTests.Support;
using Envoy.Service.Discovery.V3;

namespace ControlPlane.FeatureTests.Server;

public class ServerTests
{
    private const string ClusterType = "type.googleapis.com/envoy.config.cluster.v3.Cluster";

    [Fact]
    public async Task EmbeddedSample_IsServedAndReady()
    {
        await using var server = await RunningServer.StartAsync();

        Assert.Equal(HttpStatusCode.OK, (await server.GetAsync("/ready")).Status);
        Assert.Equal(HttpStatusCode.OK, (await server.GetAsync("/healthz/live")).Status);
        Assert.Equal("[]", (await server.GetAsync("/debug/syncz")).Body);
        var (_, metrics) = await server.MonitoringAsync("/metrics");
        Assert.Contains("\npilot_services 5\n", metrics, StringComparison.Ordinal);
        Assert.Contains("pilot_k8s_reg_events{event=\"add\",type=\"Services\"} 5\n", metrics, StringComparison.Ordinal);
        Assert.Equal(ProductVersion.Full, (await server.MonitoringAsync("/version")).Body);
    }

    [Fact]
    public async Task Endpoints_AnswerOnlyOnTheirOwnAddress()
    {
        await using var server = await RunningServer.StartAsync();

        Assert.Equal(HttpStatusCode.NotFound, (await server.GetAsync("/metrics")).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await server.MonitoringAsync("/ready")).Status);
        Assert.Equal(HttpStatusCode.OK, (await server.MonitoringAsync("/debug/syncz")).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await server.GetAsync("/debug/nonsense")).Status);
    }

    [Fact]
    public async Task ConnectedProxy_IsSeenInSyncStatusConfigDumpAndMetrics()
    {
        await using var server = await RunningServer.StartAsync();
        using var client = server.Connect();
        var response = await client.AskAsync(ClusterType);
        await client.AckAsync(response);
        await client.AskAsync("type.googleapis.com/istio.networking.nds.v1.NameTable"); // the answer to this says that the ACK was read

        var status = JsonNode.Parse((await server.GetAsync("/debug/syncz")).Body)![0]!;
        Assert.Equal(("web-1.shop", "sidecar", "1.32.0", "Kubernetes"), (Text(status, "proxy"), Text(status, "proxy_type"), Text(status, "istio_version"), Text(status, "cluster_id")));
        Assert.Equal(response.Nonce, Text(status, "cluster_sent"));
        Assert.Equal(response.Nonce, Text(status, "cluster_acked"));
        var dump = JsonNode.Parse((await server.GetAsync("/debug/config_dump?proxyID=web-1.shop")).Body)!;
        var clusters = dump["configs"]!.AsArray().Single(config => Text(config!, "@type").EndsWith(".ClustersConfigDump", StringComparison.Ordinal))!["dynamicActiveClusters"]!.AsArray();
        Assert.Equal(response.Resources.Count, clusters.Count);
        Assert.Contains(clusters, cluster => Text(cluster!["cluster"]!, "name").StartsWith("outbound|9080||reviews.", StringComparison.Ordinal));
        Assert.All(clusters, cluster => Assert.Equal(ClusterType, Text(cluster!["cluster"]!, "@type")));
        var (_, metrics) = await server.MonitoringAsync("/metrics");
        Assert.Contains("pilot_xds{version=\"1.32.0\"} 1\n", metrics, StringComparison.Ordinal);
        Assert.Contains("pilot_xds_pushes{type=\"cds\"} 1\n", metrics, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", HttpStatusCode.BadRequest, "You must provide a proxyID in the query string")]
    [InlineData("?proxyID=nobody.here", HttpStatusCode.NotFound, "Proxy not connected")]
    public async Task ConfigDump_WithoutAProxy_SaysWhatIsMissing(string query, HttpStatusCode status, string expected)
    {
        await using var server = await RunningServer.StartAsync();

        var answer = await server.GetAsync("/debug/config_dump" + query);

        Assert.Equal(status, answer.Status);
        Assert.StartsWith(expected, answer.Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ChangedFile_ReachesAConnectedProxy()
    {
        using var folder = new Folder();
        folder.Write("namespaces.yaml", Meshes.Namespaces);
        folder.Write("web.yaml", Meshes.Service("web"));
        await using var server = await RunningServer.StartAsync("--source", "dir:" + folder.Path);
        using var client = server.Connect();
        var first = await client.AskAsync(ClusterType);
        await client.AckAsync(first);

        folder.Write("shop.yaml", Meshes.Service("shop"));

        var second = await client.ReadAsync();
        Assert.Equal(["outbound|80||shop.shop.svc.cluster.local"], Names(second).Except(Names(first)));
    }

    [Fact]
    public async Task Stop_EndsOpenStreamsAndTheServer()
    {
        await using var server = await RunningServer.StartAsync("--drain-grace", "100ms");
        using var client = server.Connect();
        await client.AskAsync(ClusterType);

        await server.Server.StopAsync("the end of the test").WaitAsync(TimeSpan.FromSeconds(60));

        await client.EndAsync();
    }

    private static string Text(JsonNode node, string field) => node[field]!.GetValue<string>();

    private static IEnumerable<string> Names(DiscoveryResponse response) =>
        response.Resources.Select(any => Envoy.Config.Cluster.V3.Cluster.Parser.ParseFrom(any.Value).Name);
}
