using System.Text.Json.Nodes;
using ControlPlane.Commands;
using ControlPlane.FeatureTests.Support;
using ControlPlane.Testing;

namespace ControlPlane.FeatureTests.Cli;

/// <summary>The Bookinfo sample with each of its sets of routes.</summary>
public sealed class SampleTests : IDisposable
{
    private const string Reviews = "reviews.bookinfo.svc.cluster.local";
    private const string Ratings = "ratings.bookinfo.svc.cluster.local";

    private readonly Folder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(null)]
    [InlineData("split-90-10.yaml")]
    [InlineData("by-user.yaml")]
    [InlineData("fault.yaml")]
    public async Task EachSetOfRoutes_HasNoFindings(string? variant)
    {
        Copy(variant);

        Assert.Equal(new CliResult(ExitCodes.Success, "", ""), await Support.Cli.RunAsync("analyze", "--source", Source, "--fail-on", "info"));
    }

    [Fact]
    public async Task EveryVariant_IsTested()
    {
        Copy(null);
        string[] all = [.. Directory.GetFiles(Repository.PathOf("deploy", "samples", "bookinfo-routes")).Select(Path.GetFileName).Order(StringComparer.Ordinal)!];

        Assert.Equal(["by-user.yaml", "fault.yaml", "split-90-10.yaml"], all);
        Assert.Equal([Cluster(Reviews, "v1")], (await RoutesAsync(Reviews)).Select(r => r["route"]!["cluster"]!.GetValue<string>()));
    }

    [Fact]
    public async Task Split_Gives90And10()
    {
        Copy("split-90-10.yaml");

        var route = Assert.Single(await RoutesAsync(Reviews));

        Assert.Equal(
            [(Cluster(Reviews, "v1"), 90), (Cluster(Reviews, "v3"), 10)],
            route["route"]!["weightedClusters"]!["clusters"]!.AsArray().Select(c => (c!["name"]!.GetValue<string>(), c["weight"]!.GetValue<int>())));
    }

    [Fact]
    public async Task ByUser_LooksAtTheHeader()
    {
        Copy("by-user.yaml");

        var routes = await RoutesAsync(Reviews);

        Assert.Equal([Cluster(Reviews, "v2"), Cluster(Reviews, "v1")], routes.Select(r => r["route"]!["cluster"]!.GetValue<string>()));
        Assert.Equal("end-user", Assert.Single(routes[0]["match"]!["headers"]!.AsArray())!["name"]!.GetValue<string>());
    }

    [Fact]
    public async Task Fault_DelaysOneUserAndFailsTheOther()
    {
        Copy("fault.yaml");

        var faults = (await RoutesAsync(Ratings)).Select(r => r["typedPerFilterConfig"]?["envoy.filters.http.fault"]).ToList();

        Assert.Equal(3, faults.Count);
        Assert.Equal("7s", faults[0]!["delay"]!["fixedDelay"]!.GetValue<string>());
        Assert.Equal(500, faults[1]!["abort"]!["httpStatus"]!.GetValue<int>());
        Assert.Null(faults[2]);
    }

    [Fact]
    public async Task Gateway_SendsItsPagesToTheProductPage()
    {
        Copy(null);
        var node = _folder.Write("node.json", """
            {
              "id": "router~10.244.1.80~istio-ingressgateway-1.istio-system~istio-system.svc.cluster.local",
              "metadata": {"NAMESPACE": "istio-system", "CLUSTER_ID": "Kubernetes", "ISTIO_VERSION": "1.32.0", "INSTANCE_IPS": "10.244.1.80",
                "LABELS": {"istio": "ingressgateway", "app": "istio-ingressgateway"}},
              "userAgentName": "envoy"
            }
            """);

        await TranslateAsync(node);

        Assert.Contains("0.0.0.0_8080", Read("listeners.json").Select(l => l!["name"]!.GetValue<string>()));
        var host = Assert.Single(Read("routes.json").SelectMany(r => r!["virtualHosts"]!.AsArray()))!;
        Assert.All(host["routes"]!.AsArray(), r => Assert.Equal(Cluster("productpage.bookinfo.svc.cluster.local", "v1"), r!["route"]!["cluster"]!.GetValue<string>()));
    }

    private string Source => "dir:" + _folder.Of("mesh");

    private static string Cluster(string host, string subset) => $"outbound|9080|{subset}|{host}";

    private void Copy(string? variant)
    {
        foreach (var file in Directory.GetFiles(Repository.PathOf("deploy", "samples", "bookinfo"), "*.yaml"))
            _folder.Write("mesh/" + Path.GetFileName(file), File.ReadAllText(file));
        if (variant is not null)
            _folder.Write("mesh/routes.yaml", File.ReadAllText(Repository.PathOf("deploy", "samples", "bookinfo-routes", variant)));
    }

    private async Task<IReadOnlyList<JsonNode>> RoutesAsync(string host)
    {
        await TranslateAsync(_folder.Write("node.json", Meshes.Node("productpage-v1-1", "bookinfo")));
        var hosts = Read("routes.json").Single(r => r!["name"]!.GetValue<string>() == "9080")!["virtualHosts"]!.AsArray();
        return [.. hosts.Single(h => h!["name"]!.GetValue<string>() == $"{host}:9080")!["routes"]!.AsArray()!];
    }

    private async Task TranslateAsync(string node)
    {
        var result = await Support.Cli.RunAsync("translate", "--source", Source, "--node", node, "--out", _folder.Of("out"), "--check");
        Assert.Equal(new CliResult(ExitCodes.Success, "", ""), result);
    }

    private JsonArray Read(string file) => JsonNode.Parse(File.ReadAllText(_folder.Of("out", file)))!.AsArray();
}
