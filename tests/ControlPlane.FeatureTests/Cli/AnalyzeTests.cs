using System.Text.Json.Nodes;
using ControlPlane.Commands;
using ControlPlane.FeatureTests.Support;

namespace ControlPlane.FeatureTests.Cli;

public sealed class AnalyzeTests : IDisposable
{
    private const string Refused = """
        apiVersion: networking.istio.io/v1
        kind: VirtualService
        metadata: {name: rules, namespace: shop}
        spec:
          hosts: [web]
          http:
          - route:
            - destination: {host: web}
              weight: -3
        """;

    private const string Misspelt = """
        apiVersion: networking.istio.io/v1
        kind: VirtualService
        metadata: {name: rules, namespace: shop}
        spec:
          hosts: [web]
          http:
          - timeOuts: 3s
            route:
            - destination: {host: web}
        """;

    private readonly Folder _folder = new();

    public AnalyzeTests()
    {
        _folder.Write("my mesh/namespaces.yaml", Meshes.Namespaces);
        _folder.Write("my mesh/web.yaml", Meshes.Service("web"));
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task SoundMesh_SaysNothing()
    {
        var result = await AnalyzeAsync("--fail-on", "info");

        Assert.Equal(new CliResult(ExitCodes.Success, "", ""), result);
    }

    [Fact]
    public async Task EmbeddedSample_HasNoFindings()
    {
        var result = await Support.Cli.RunAsync("analyze", "--fail-on", "info");

        Assert.Equal(new CliResult(ExitCodes.Success, "", ""), result);
    }

    [Fact]
    public async Task RefusedObject_IsTheLineOfItsField_AndFails()
    {
        var file = _folder.Write("my mesh/rules.yaml", Refused);

        var result = await AnalyzeAsync();

        Assert.Equal((ExitCodes.Failure, ""), (result.ExitCode, result.Error));
        Assert.StartsWith($"{file}:9: error CP0103 VirtualService shop/rules spec.http[0].route[0].weight: ", result.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task BadDocument_FailsAsTheSourceSays()
    {
        var file = _folder.Write("my mesh/bad.yaml", "apiVersion: v1\nkind: Service\nmetadata:\n  name: x\n  namespace: shop\nspec:\n  ports: nonsense\n");

        var result = await AnalyzeAsync();

        Assert.Contains($"{file}:7: ", result.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("error", ExitCodes.Success)]
    [InlineData("warning", ExitCodes.Failure)]
    [InlineData("info", ExitCodes.Failure)]
    public async Task Warning_FailsFromItsSeverityOn(string failOn, int expected)
    {
        _folder.Write("my mesh/rules.yaml", Misspelt);

        var result = await AnalyzeAsync("--fail-on", failOn);

        Assert.Equal(expected, result.ExitCode);
        Assert.Contains("warning CP0101 VirtualService shop/rules", result.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Json_HoldsEachPartOfAFinding()
    {
        var file = _folder.Write("my mesh/rules.yaml", Refused);

        var finding = Assert.Single(JsonNode.Parse((await AnalyzeAsync("-o", "json")).Output)!.AsArray())!;

        string[] parts = ["file", "severity", "code", "kind", "namespace", "name", "field"];
        Assert.Equal([file, "error", "CP0103", "VirtualService", "shop", "rules", "spec.http[0].route[0].weight"], parts.Select(p => finding[p]!.GetValue<string>()));
        Assert.Equal(9, finding["line"]!.GetValue<int>());
        Assert.NotEmpty(finding["message"]!.GetValue<string>());
    }

    [Fact]
    public async Task Sarif_NamesRuleLevelFileAndLine()
    {
        var file = _folder.Write("my mesh/rules.yaml", Refused);

        var log = JsonNode.Parse((await AnalyzeAsync("-o", "sarif")).Output)!;

        Assert.Equal("2.1.0", log["version"]!.GetValue<string>());
        var run = Assert.Single(log["runs"]!.AsArray())!;
        var driver = run["tool"]!["driver"]!;
        Assert.Equal("controlplane", driver["name"]!.GetValue<string>());
        var result = Assert.Single(run["results"]!.AsArray())!;
        Assert.Equal("CP0103", result["ruleId"]!.GetValue<string>());
        Assert.Equal("CP0103", driver["rules"]![result["ruleIndex"]!.GetValue<int>()]!["id"]!.GetValue<string>());
        Assert.Equal("error", result["level"]!.GetValue<string>());
        Assert.Contains("VirtualService shop/rules", result["message"]!["text"]!.GetValue<string>(), StringComparison.Ordinal);
        var place = Assert.Single(result["locations"]!.AsArray())!["physicalLocation"]!;
        Assert.Equal(new Uri(file).AbsoluteUri, place["artifactLocation"]!["uri"]!.GetValue<string>());
        Assert.Equal(9, place["region"]!["startLine"]!.GetValue<int>());
    }

    [Fact]
    public async Task SarifOfSoundMesh_IsALogWithoutResults()
    {
        var log = JsonNode.Parse((await AnalyzeAsync("-o", "sarif")).Output)!;

        Assert.Empty(log["runs"]![0]!["results"]!.AsArray());
    }

    [Theory]
    [InlineData("VirtualService", "{hosts: [web], http: [{route: [{destination: {host: nobody}}]}]}", "CP0121", "spec.http[0].route[0].destination.host")]
    [InlineData("VirtualService", "{hosts: [web], http: [{route: [{destination: {host: web}}], mirrors: [{destination: {host: nobody}}]}]}", "CP0121", "spec.http[0].mirrors[0].destination.host")]
    [InlineData("VirtualService", "{hosts: [web], tcp: [{route: [{destination: {host: nobody}}]}]}", "CP0121", "spec.tcp[0].route[0].destination.host")]
    [InlineData("VirtualService", "{hosts: [web], http: [{route: [{destination: {host: web, subset: v9}}]}]}", "CP0122", "spec.http[0].route[0].destination.subset")]
    [InlineData("VirtualService", "{hosts: [web], gateways: [mesh, nowhere], http: [{route: [{destination: {host: web}}]}]}", "CP0123", "spec.gateways[1]")]
    [InlineData("VirtualService", "{hosts: [web], http: [{delegate: {name: nothing}}]}", "CP0124", "spec.http[0].delegate")]
    [InlineData("DestinationRule", "{host: nobody}", "CP0125", "spec.host")]
    [InlineData("DestinationRule", "{host: '*.example.org'}", "CP0125", "spec.host")]
    [InlineData("Gateway", "{selector: {app: gate}, servers: [{port: {number: 443, name: a, protocol: HTTPS}, hosts: ['*'], tls: {mode: SIMPLE, credentialName: gone}}]}", "CP0126", "spec.servers[0].tls.credentialName")]
    [InlineData("Gateway", "{selector: {app: nobody}, servers: [{port: {number: 80, name: a, protocol: HTTP}, hosts: ['*']}]}", "CP0127", "spec.selector")]
    [InlineData("Gateway", "{selector: {app: gate}, servers: [{port: {number: 8443, name: c, protocol: HTTPS}, hosts: [web.example.org], tls: {mode: SIMPLE, credentialName: cert}}]}", "CP0129", "spec.servers[0]")]
    [InlineData("ServiceEntry", "{hosts: [a.example.org], location: MESH_INTERNAL, resolution: STATIC, ports: [{number: 80, name: http, protocol: HTTP}], workloadSelector: {labels: {app: nobody}}}", "CP0128", "spec.workloadSelector")]
    [InlineData("Sidecar", "{workloadSelector: {labels: {app: nobody}}, egress: [{hosts: ['./*']}]}", "CP0128", "spec.workloadSelector")]
    [InlineData("PeerAuthentication", "{selector: {matchLabels: {app: nobody}}, mtls: {mode: STRICT}}", "CP0128", "spec.selector")]
    [InlineData("PeerAuthentication", "{selector: {matchLabels: {app: gate}}, mtls: {mode: STRICT}}", "CP0144", "spec.selector")]
    public async Task ReferenceThatLeadsNowhere_IsAWarning(string kind, string spec, string code, string field)
    {
        WriteSound();
        var file = Write("o", kind, spec);

        var result = await AnalyzeAsync();

        Assert.Equal(ExitCodes.Success, result.ExitCode);
        Assert.StartsWith($"{file}:4: warning {code} {kind} shop/o {field}: ", Assert.Single(result.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries)), StringComparison.Ordinal);
    }

    /// <summary>Any namespace may route any host of the mesh, as in Istio; who does is listed.</summary>
    [Theory]
    [InlineData("{hosts: [db.bank.svc.cluster.local], http: [{route: [{destination: {host: web}}]}]}", true)]
    [InlineData("{hosts: ['*.bank.svc.cluster.local'], http: [{route: [{destination: {host: web}}]}]}", true)]
    [InlineData("{hosts: [db.bank.svc.cluster.local], exportTo: [bank], http: [{route: [{destination: {host: web}}]}]}", true)]
    [InlineData("{hosts: [db.bank.svc.cluster.local], exportTo: ['.'], http: [{route: [{destination: {host: web}}]}]}", false)]
    [InlineData("{hosts: [db.bank.svc.cluster.local], gateways: [gate], http: [{route: [{destination: {host: web}}]}]}", false)]
    [InlineData("{hosts: [web, free.example.org], http: [{route: [{destination: {host: web}}]}]}", false)]
    public async Task S11_HostOfAnotherNamespace_RoutedForItsClients_IsListed(string spec, bool listed)
    {
        WriteSound();
        _folder.Write("my mesh/bank.yaml", "apiVersion: v1\nkind: Service\nmetadata: {name: db, namespace: bank}\nspec: {ports: [{name: http, port: 80}], selector: {app: db}}\n");
        var file = Write("o", "VirtualService", spec);

        var result = await AnalyzeAsync("--fail-on", "warning");

        Assert.Equal(ExitCodes.Success, result.ExitCode);
        if (listed)
            Assert.StartsWith($"{file}:4: info CP0130 VirtualService shop/o spec.hosts[0]: ", Assert.Single(result.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries)), StringComparison.Ordinal);
        else
            Assert.Empty(result.Output);
    }

    [Fact]
    public async Task ReferencesThatLeadSomewhere_AreNoFindings()
    {
        WriteSound();

        Assert.Equal(new CliResult(ExitCodes.Success, "", ""), await AnalyzeAsync("--fail-on", "info"));
    }

    [Theory]
    [InlineData("-o", "xml")]
    [InlineData("--fail-on", "never")]
    [InlineData("--source", "kubernetes")]
    public async Task WrongUsage_IsToldAsSuch(string option, string value)
    {
        var result = await Support.Cli.RunAsync("analyze", option, value);

        Assert.Equal((ExitCodes.Usage, ""), (result.ExitCode, result.Output));
        Assert.Contains(value, result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task MissingDirectory_IsWrongUsage()
    {
        var result = await Support.Cli.RunAsync("analyze", "--source", "dir:" + _folder.Of("nowhere"));

        Assert.Equal(ExitCodes.Usage, result.ExitCode);
        Assert.Contains("nowhere", result.Error, StringComparison.Ordinal);
    }

    private void WriteSound()
    {
        _folder.Write("my mesh/pods.yaml", """
            apiVersion: v1
            kind: Pod
            metadata: {name: gate-1, namespace: shop, labels: {app: gate}}
            status: {phase: Running, podIP: 10.1.0.80}
            ---
            apiVersion: v1
            kind: Secret
            metadata: {name: cert, namespace: shop}
            type: kubernetes.io/tls
            stringData: {tls.crt: a, tls.key: b}
            """);
        Write("rule", "DestinationRule", "{host: '*.shop.svc.cluster.local', subsets: [{name: v1, labels: {version: v1}}]}");
        Write("gate", "Gateway", "{selector: {app: gate}, servers: [{port: {number: 8443, name: b, protocol: HTTPS}, hosts: [web.example.org], tls: {mode: SIMPLE, credentialName: cert}}]}");
        Write("leaf", "VirtualService", "{http: [{route: [{destination: {host: web, subset: v1}}]}]}");
        Write("root", "VirtualService", "{hosts: [web.example.org], gateways: [gate], http: [{delegate: {name: leaf}}]}");
        Write("entry", "ServiceEntry", "{hosts: [b.example.net], location: MESH_INTERNAL, resolution: STATIC, ports: [{number: 80, name: http, protocol: HTTP}], workloadSelector: {labels: {app: gate}}}");
        Write("sidecar", "Sidecar", "{workloadSelector: {labels: {app: gate}}, egress: [{hosts: ['./*']}]}");
    }

    private string Write(string name, string kind, string spec) => _folder.Write(
        $"my mesh/{name}.yaml", $"apiVersion: {(kind == "PeerAuthentication" ? "security" : "networking")}.istio.io/v1\nkind: {kind}\nmetadata: {{name: {name}, namespace: shop}}\nspec: {spec}\n");

    private Task<CliResult> AnalyzeAsync(params string[] more) =>
        Support.Cli.RunAsync(["analyze", "--source", "dir:" + _folder.Of("my mesh"), .. more]);
}
