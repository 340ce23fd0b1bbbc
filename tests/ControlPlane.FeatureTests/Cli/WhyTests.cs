using System.Text.Json.Nodes;
using ControlPlane.Commands;
using ControlPlane.FeatureTests.Support;

namespace ControlPlane.FeatureTests.Cli;

public sealed class WhyTests : IDisposable
{
    private const string Rules = """
        apiVersion: networking.istio.io/v1
        kind: VirtualService
        metadata: {name: rules, namespace: shop}
        spec:
          hosts: [web]
          http:
          - name: gone
            match: [{uri: {prefix: /old}}]
            redirect: {uri: /new, redirectCode: 308}
          - name: split
            rewrite: {authority: web.example.com}
            route:
            - {destination: {host: web}, weight: 75}
            - {destination: {host: nobody}, weight: 25}
        """;

    private readonly Folder _folder = new();

    public WhyTests()
    {
        _folder.Write("mesh/namespaces.yaml", Meshes.Namespaces);
        _folder.Write("mesh/web.yaml", Meshes.Service("web"));
        _folder.Write("mesh/rules.yaml", Rules);
        _folder.Write("node.json", Meshes.Node());
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Request_IsFollowedToItsClusters()
    {
        var result = await WhyAsync("--request", "GET http://web/items", "-o", "json");

        Assert.Equal((ExitCodes.Success, ""), (result.ExitCode, result.Error));
        var answer = JsonNode.Parse(result.Output)!;
        Assert.Equal("forwarded", (string?)answer["outcome"]);
        Assert.Equal("80", (string?)answer["routeConfiguration"]);
        Assert.Equal("web.shop.svc.cluster.local:80", (string?)answer["virtualHost"]);
        Assert.Equal((1, "split"), ((int)answer["route"]!["index"]!, (string?)answer["route"]!["name"]));
        Assert.EndsWith("/virtual-service/rules", (string?)answer["route"]!["origin"]);
        Assert.Equal("web.example.com", (string?)answer["forwardedAuthority"]);
        Assert.Equal(
            [("outbound|80||web.shop.svc.cluster.local", 0.75), ("outbound|80||nobody.shop.svc.cluster.local", 0.25)],
            answer["destinations"]!.AsArray().Select(d => ((string)d!["cluster"]!, (double)d["share"]!)));
    }

    [Theory]
    [InlineData("cluster.local/ns/shop/sa/client", "forwarded")]
    [InlineData("cluster.local/ns/other/sa/client", "refused with 403: no rule of the AuthorizationPolicies of action ALLOW admits it")]
    public async Task Client_ThatPoliciesRefuse_IsTold(string principal, string expected)
    {
        _folder.Write("mesh/policy.yaml", """
            apiVersion: security.istio.io/v1
            kind: AuthorizationPolicy
            metadata: {name: own, namespace: shop}
            spec: {rules: [{from: [{source: {namespaces: [shop]}}]}]}
            """);

        var result = await WhyAsync("--request", "http://web:8080/", "--entry", "inbound", "--principal", principal);

        Assert.Contains($"outcome       {expected}", result.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Redirect_IsToldForPeople()
    {
        var result = await WhyAsync("--request", "http://web/old/page?q=1", "-H", "x-user: jason");

        Assert.Equal((ExitCodes.Success, ""), (result.ExitCode, result.Error));
        Assert.Contains("route         number 0 'gone'", result.Output, StringComparison.Ordinal);
        Assert.Contains("redirected with 308 to http://web/new", result.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("GET web/x", "must be [METHOD] URL")]
    [InlineData("tcp://web", "needs a port")]
    [InlineData("http://a b/", "must be [METHOD] URL")]
    public async Task RequestThatIsNone_IsWrongUsage(string request, string reason)
    {
        var result = await WhyAsync("--request", request);

        Assert.Equal(ExitCodes.Usage, result.ExitCode);
        Assert.Contains(reason, result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task NodeThatIsNotThere_IsSaid()
    {
        var result = await Support.Cli.RunAsync("why", "--source", "dir:" + _folder.Of("mesh"), "--node", _folder.Of("none.json"), "--request", "http://web/");

        Assert.Equal(ExitCodes.Failure, result.ExitCode);
        Assert.Contains("none.json", result.Error, StringComparison.Ordinal);
    }

    private Task<CliResult> WhyAsync(params string[] more) =>
        Support.Cli.RunAsync(["why", "--source", "dir:" + _folder.Of("mesh"), "--node", _folder.Of("node.json"), .. more]);
}
