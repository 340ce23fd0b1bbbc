using System.Text.Json.Nodes;
using ControlPlane.Commands;
using ControlPlane.FeatureTests.Support;

namespace ControlPlane.FeatureTests.Cli;

public sealed class TranslateTests : IDisposable
{
    private readonly Folder _folder = new();

    public TranslateTests()
    {
        _folder.Write("mesh/namespaces.yaml", Meshes.Namespaces);
        _folder.Write("mesh/web.yaml", Meshes.Service("web"));
        _folder.Write("node.json", Meshes.Node());
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task OneProxy_GetsItsResourcesSortedByName()
    {
        var result = await TranslateAsync();

        Assert.Equal((ExitCodes.Success, "", ""), (result.ExitCode, result.Output, result.Error));
        string[] clusters = Names("clusters.json");
        Assert.Contains("outbound|80||web.shop.svc.cluster.local", clusters);
        Assert.Equal(clusters.Order(StringComparer.Ordinal), clusters);
        Assert.Equal(["outbound|80||web.shop.svc.cluster.local"], Names("endpoints.json", "clusterName"));
        Assert.All(["listeners.json", "routes.json"], file => Assert.IsType<JsonArray>(JsonNode.Parse(File.ReadAllText(_folder.Of("out", file)))));
    }

    [Fact]
    public async Task SeveralProxies_GetAFolderEach()
    {
        _folder.Write("proxies/a/node.json", Meshes.Node());
        _folder.Write("proxies/b/node.json", Meshes.Node("other-1", "other"));
        _folder.Write("proxies/notes.txt", "");

        var result = await Support.Cli.RunAsync("translate", "--source", Source, "--proxies", _folder.Of("proxies"), "--out", _folder.Of("out"));

        Assert.Equal((ExitCodes.Success, ""), (result.ExitCode, result.Error));
        Assert.Equal(["a", "b"], Directory.GetDirectories(_folder.Of("out")).Select(Path.GetFileName).Order(StringComparer.Ordinal));
        Assert.True(File.Exists(_folder.Of("out", "b", "clusters.json")));
    }

    [Fact]
    public async Task GrpcClient_GoesOnWithWhatTheAnswersName()
    {
        _folder.Write("node.json", Meshes.GrpcNode);
        _folder.Write("watch.json", """{"listeners": ["web.shop.svc.cluster.local:80", "nowhere:1"]}""");

        var result = await TranslateAsync("--watch", _folder.Of("watch.json"));

        Assert.Equal((ExitCodes.Success, ""), (result.ExitCode, result.Error));
        Assert.Equal(["web.shop.svc.cluster.local:80"], Names("listeners.json"));
        Assert.Equal(["outbound|80||web.shop.svc.cluster.local"], Names("routes.json"));
        Assert.Equal(["outbound|80||web.shop.svc.cluster.local"], Names("clusters.json"));
        Assert.Equal(["outbound|80||web.shop.svc.cluster.local"], Names("endpoints.json", "clusterName"));
    }

    [Fact]
    public async Task BadDocument_IsAWarningWithFileAndLine_AndTheRestIsWritten()
    {
        string bad = _folder.Write("mesh/bad.yaml", "apiVersion: v1\nkind: Service\nmetadata:\n  name: x\n  namespace: shop\nspec:\n  ports: nonsense\n");

        var result = await TranslateAsync();

        Assert.Equal(ExitCodes.Success, result.ExitCode);
        Assert.Contains($"{bad}:7:", result.Error, StringComparison.Ordinal);
        Assert.Contains("shop/x", result.Error, StringComparison.Ordinal);
        Assert.Contains("outbound|80||web.shop.svc.cluster.local", Names("clusters.json"));
    }

    [Fact]
    public async Task RefusedConfiguration_IsTheWarningOfItsField_AndTheRestIsWritten()
    {
        string bad = _folder.Write("mesh/rules.yaml", """
            apiVersion: networking.istio.io/v1
            kind: VirtualService
            metadata: {name: rules, namespace: shop}
            spec:
              hosts: [web]
              http:
              - route:
                - destination: {host: web}
                  weight: -3
            """);

        var result = await TranslateAsync();

        Assert.Equal(ExitCodes.Success, result.ExitCode);
        Assert.Contains($"{bad}:9: error CP0103 VirtualService shop/rules spec.http[0].route[0].weight: ", result.Error, StringComparison.Ordinal);
        Assert.Contains("outbound|80||web.shop.svc.cluster.local", Names("clusters.json"));
    }

    [Theory]
    [InlineData("node.json", "{", "node.json: ")]
    [InlineData("node.json", "{}", "node.json: node.id is missing")]
    [InlineData("node.json", """{"id": 5}""", "node.json: id: expected a string, found 5")]
    [InlineData("watch.json", """{"listeners": "a"}""", "watch.json: ")]
    [InlineData("watch.json", """{"hosts": []}""", "watch.json: unknown kind 'hosts'; known are listeners, routes")]
    public async Task UnusableInput_FailsNamingTheFile(string file, string content, string expected)
    {
        _folder.Write("watch.json", "{}");
        _folder.Write(file, content);

        var result = await TranslateAsync("--watch", _folder.Of("watch.json"));

        Assert.Equal(ExitCodes.Failure, result.ExitCode);
        Assert.Contains(expected, result.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task OneBadProxy_DoesNotKeepTheOthersFromBeingWritten()
    {
        _folder.Write("proxies/a/node.json", "[]");
        _folder.Write("proxies/b/node.json", Meshes.Node());

        var result = await Support.Cli.RunAsync("translate", "--source", Source, "--proxies", _folder.Of("proxies"), "--out", _folder.Of("out"));

        Assert.Equal(ExitCodes.Failure, result.ExitCode);
        Assert.Contains(Path.Combine("a", "node.json"), result.Error, StringComparison.Ordinal);
        Assert.True(File.Exists(_folder.Of("out", "b", "clusters.json")));
    }

    [Fact]
    public async Task TargetThatIsAFile_FailsWithAReason()
    {
        _folder.Write("out", "");

        var result = await TranslateAsync();

        Assert.Equal(ExitCodes.Failure, result.ExitCode);
        Assert.Contains($"can't write to {_folder.Of("out")}", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task SecondRun_RemovesWhatIsNoLongerThere()
    {
        _folder.Write("out/secrets.json", "[]");

        await TranslateAsync();

        Assert.False(File.Exists(_folder.Of("out", "secrets.json")));
    }

    [Fact]
    public async Task EmbeddedSample_IsTheDefaultSource()
    {
        var result = await Support.Cli.RunAsync("translate", "--node", _folder.Of("node.json"), "--out", _folder.Of("out"));

        Assert.Equal((ExitCodes.Success, ""), (result.ExitCode, result.Error));
        Assert.Contains(Names("clusters.json"), name => name.StartsWith("outbound|9080||reviews.", StringComparison.Ordinal));
    }

    private string Source => "dir:" + _folder.Of("mesh");

    private Task<CliResult> TranslateAsync(params string[] more) =>
        Support.Cli.RunAsync(["translate", "--source", Source, "--node", _folder.Of("node.json"), "--out", _folder.Of("out"), .. more]);

    private string[] Names(string file, string field = "name") =>
        [.. JsonNode.Parse(File.ReadAllText(_folder.Of("out", file)))!.AsArray().Select(resource => resource![field]!.GetValue<string>())];
}
