using System.Text.RegularExpressions;
using ControlPlane.Model.Delivery;
using ControlPlane.Model.Objects;
using ControlPlane.Model.Proxies;
using ControlPlane.Translation.Envoy;
using ControlPlane.Translation.Tests.Support;
using Envoy.Config.Listener.V3;
using Envoy.Config.Rbac.V3;
using Envoy.Extensions.Filters.Network.HttpConnectionManager.V3;
using static ControlPlane.Testing.Meshes.Objects;
using HttpRbac = Envoy.Extensions.Filters.Http.Rbac.V3.RBAC;
using NetworkRbac = Envoy.Extensions.Filters.Network.Rbac.V3.RBAC;

namespace ControlPlane.Translation.Tests.Features.AuthorizationPolicy;

/// <summary>What a workload's own listener enforces. The shared cases compare it with istiod's; here is what they don't show: faults, selection, increments.</summary>
public sealed class WorkloadAuthorizationTests
{
    private const string Rbac = "envoy.filters.http.rbac", NetworkRbacName = "envoy.filters.network.rbac";

    private static readonly ProxyDescriptor Web = TranslatedMesh.Sidecar("shop", "10.1.0.1", "web-1");
    private static readonly ProxyDescriptor Db = TranslatedMesh.Sidecar("shop", "10.1.0.2", "db-1");

    private readonly TranslatedMesh _mesh = new();

    public WorkloadAuthorizationTests() => _mesh.Mesh.Put(
        Service("shop", "web", "http:80:8080"), Pod("shop", "web-1", "10.1.0.1", "app=web"), Slice("shop", "web", "http:8080", "10.1.0.1=web-1"),
        Service("shop", "db", "tcp:5432"), Pod("shop", "db-1", "10.1.0.2", "app=db"), Slice("shop", "db", "tcp:5432", "10.1.0.2=db-1"));

    [Fact]
    public void Filters_OfAllActions_StandInOrderBeforeTheRouter()
    {
        Put("shop", "allow", """{"rules":[{}]}""");
        Put("shop", "deny", """{"action":"DENY","rules":[{}]}""");
        Put("shop", "audit", """{"action":"AUDIT","rules":[{}]}""");
        Put("shop", "ask", """{"action":"CUSTOM","provider":{"name":"nobody"},"rules":[{}]}""");

        var filters = Manager(Web).HttpFilters.Where(f => f.Name == Rbac).Select(f => ProtoJson.Unpack<HttpRbac>(f.TypedConfig).Rules).ToList();

        Assert.Equal([RBAC.Types.Action.Deny, RBAC.Types.Action.Log, RBAC.Types.Action.Deny, RBAC.Types.Action.Allow], filters.Select(f => f.Action));
        Assert.Equal("istio-ext-authz-nobody-ns[shop]-policy[ask]-rule[0]-deny-due-to-bad-CUSTOM-action", Assert.Single(filters[0].Policies).Key);
        Assert.Equal("envoy.filters.http.router", Manager(Web).HttpFilters[^1].Name);
    }

    [Fact]
    public void BlackHole_IsLeftAlone()
    {
        Put("shop", "deny", """{"action":"DENY","rules":[{}]}""");

        var chains = Listener(Db).FilterChains;
        Assert.DoesNotContain(chains.Single(c => c.Name == "virtualInbound-blackhole").Filters, f => f.Name == NetworkRbacName);
        Assert.All(chains.Where(c => c.Name is "virtualInbound" or "0.0.0.0_5432"), c => Assert.Contains(c.Filters, f => f.Name == NetworkRbacName));
    }

    /// <summary>A rule that is refused grants nothing; the others stay.</summary>
    [Theory]
    [InlineData("""{"from":[{"source":{}}]}""")]
    [InlineData("""{"from":[{"source":{"ipBlocks":["10.1"]}}]}""")]
    [InlineData("""{"to":[{"operation":{}}]}""")]
    [InlineData("""{"to":[{"operation":{"ports":["99999"]}}]}""")]
    [InlineData("""{"to":[{"operation":{"paths":["{*}/a"]}}]}""")]
    [InlineData("""{"when":[{"key":"source.color","values":["red"]}]}""")]
    [InlineData("""{"when":[{"key":"source.ip"}]}""")]
    public void AllowingRule_WithAFault_GrantsNothing(string rule)
    {
        Put("shop", "allow", $$$"""{"rules":[{{{rule}}},{"to":[{"operation":{"methods":["GET"]}}]}]}""");

        Assert.Equal("ns[shop]-policy[allow]-rule[1]", Assert.Single(Enforced(Web, RBAC.Types.Action.Allow)!.Policies).Key);
    }

    [Fact]
    public void AllowingPolicy_OfWhichNothingIsLeft_DeniesEverything()
    {
        Put("shop", "allow", """{"rules":[{"from":[{"source":{}}]}]}""");

        Assert.Empty(Enforced(Web, RBAC.Types.Action.Allow)!.Policies);
    }

    [Theory]
    [InlineData("""{"when":[{"key":"source.color","values":["red"]}]}""")]
    [InlineData("""{"from":[{"source":{"ipBlocks":["10.1"]}}]}""")]
    public void DenyingRule_WithAFault_DeniesMore(string rule)
    {
        Put("shop", "deny", $$"""{"action":"DENY","rules":[{{rule}}]}""");

        var policy = Assert.Single(Enforced(Web, RBAC.Types.Action.Deny)!.Policies).Value;
        Assert.True(Assert.Single(Assert.Single(policy.Principals).AndIds.Ids).Any);
        Assert.True(Assert.Single(Assert.Single(policy.Permissions).AndRules.Rules).Any);
    }

    [Fact]
    public void TcpChain_OfAnAllowingRuleWithHttp_LosesIt()
    {
        Put("shop", "allow", """{"rules":[{"to":[{"operation":{"methods":["GET"]}},{"operation":{"ports":["5432"]}}]}]}""");

        var filter = Listener(Db).FilterChains.Single(c => c.Name == "0.0.0.0_5432" && c.TransportSocket is null && c.FilterChainMatch.TransportProtocol == "raw_buffer").Filters.Single(f => f.Name == NetworkRbacName);
        Assert.Empty(ProtoJson.Unpack<NetworkRbac>(filter.TypedConfig).Rules.Policies);
    }

    [Theory]
    [InlineData("istio-system", """{"selector":{"matchLabels":{"app":"web"}},"rules":[{}]}""", true, false)]
    [InlineData("shop", """{"selector":{"matchLabels":{"app":"db"}},"rules":[{}]}""", false, true)]
    [InlineData("shop", """{"rules":[{}]}""", true, true)]
    [InlineData("other", """{"rules":[{}]}""", false, false)]
    [InlineData("shop", """{"targetRefs":[{"group":"gateway.networking.k8s.io","kind":"Gateway","name":"web"}],"rules":[{}]}""", false, false)]
    public void Policy_IsObeyedByThoseWhomItSelects(string @namespace, string spec, bool web, bool db)
    {
        Put(@namespace, "p", spec);

        Assert.Equal((web, db), (Enforced(Web, RBAC.Types.Action.Allow) is not null, Enforced(Db, RBAC.Types.Action.Allow) is not null));
    }

    [Fact]
    public void TargetReference_OfTheRootNamespace_ReachesItsOwnGatewaysOnly()
    {
        _mesh.Mesh.Put(Pod("shop", "web-1", "10.1.0.1", "app=web;gateway.networking.k8s.io/gateway-name=g"));
        const string spec = """{"targetRefs":[{"group":"gateway.networking.k8s.io","kind":"Gateway","name":"g"}],"rules":[{}]}""";
        Put("istio-system", "p", spec);
        Assert.Null(Enforced(Web, RBAC.Types.Action.Allow));

        Put("shop", "p", spec);
        Assert.NotNull(Enforced(Web, RBAC.Types.Action.Allow));
    }

    /// <summary>An edit costs what it touches: the listener of the workloads that the policy selects, nothing outbound.</summary>
    [Fact]
    public void Edit_RebuildsTheListenersOfSelectedWorkloadsOnly()
    {
        Put("shop", "p", """{"selector":{"matchLabels":{"app":"web"}},"rules":[{}]}""");
        var (web, db) = (_mesh.Set(XdsType.Listener, Web), _mesh.Set(XdsType.Listener, Db));
        var translated = _mesh.Runs("AuthorizationPolicy.Filters");

        Put("shop", "p", """{"selector":{"matchLabels":{"app":"web"}},"rules":[]}""");

        var changed = _mesh.Set(XdsType.Listener, Web).Resources.Except(web.Resources).Select(r => r.Name);
        Assert.Equal(["virtualInbound"], changed);
        Assert.Same(db, _mesh.Set(XdsType.Listener, Db));
        Assert.Equal(translated + 1, _mesh.Runs("AuthorizationPolicy.Filters"));
    }

    /// <summary>A name must match itself and nothing else, whatever of it means something in an expression.</summary>
    [Fact]
    public void Names_InExpressions_MatchThemselvesOnly()
    {
        var random = new Random(20260101);
        for (var i = 0; i < 200; i++)
        {
            var (name, other) = (Name(random), Name(random));
            Put("shop", "sa", $$$"""{"rules":[{"from":[{"source":{"serviceAccounts":["{{{name}}}/{{{name}}}"]}}]}]}""");
            var expression = Enforced(Web, RBAC.Types.Action.Allow)!.Policies.Single().Value.Principals[0].AndIds.Ids[0].OrIds.Ids[0].Authenticated.PrincipalName.SafeRegex.Regex;
            Assert.True(Matches(expression, $"spiffe://td/ns/{name}/sa/{name}"), expression);
            Assert.False(Matches(expression, $"spiffe://td/ns/{name}/sa/{name}x"), expression);
            Assert.Equal(name == other, Matches(expression, $"spiffe://td/ns/{other}/sa/{other}"));
            Assert.False(Matches(expression, $"spiffe://td/ns/{name}/sa/{name.Replace('.', 'x')}") && name.Contains('.', StringComparison.Ordinal), expression);
        }
    }

    [Theory]
    [InlineData("td/ns/a/sa/b", "spiffe://td/ns/a/sa/b spiffe://old/ns/a/sa/b")]
    [InlineData("cluster.local/ns/a/sa/b", "spiffe://td/ns/a/sa/b spiffe://old/ns/a/sa/b")]
    [InlineData("foreign/ns/a/sa/b", "spiffe://foreign/ns/a/sa/b")]
    [InlineData("old/ns/a/sa/b", "spiffe://td/ns/a/sa/b spiffe://old/ns/a/sa/b")]
    public void Principals_OfTheMeshsTrustDomains_MeanAllOfThem(string principal, string expected)
    {
        _mesh.Mesh.Settings("""{"trustDomain":"td","trustDomainAliases":["old"]}""");
        Put("shop", "p", $$$"""{"rules":[{"from":[{"source":{"principals":["{{{principal}}}"]}}]}]}""");

        var ids = Enforced(Web, RBAC.Types.Action.Allow)!.Policies.Single().Value.Principals[0].AndIds.Ids[0].OrIds.Ids;
        Assert.Equal(expected, string.Join(' ', ids.Select(i => i.Authenticated.PrincipalName.Exact)));
    }

    private static string Name(Random random) => "a" + new string([.. Enumerable.Range(0, random.Next(1, 8)).Select(_ => "ab.-1"[random.Next(5)])]) + "z";

    // Envoy matches the whole text.
    private static bool Matches(string expression, string text) => Regex.IsMatch(text, $"^(?:{expression})$", RegexOptions.NonBacktracking | RegexOptions.CultureInvariant);

    private void Put(string @namespace, string name, string spec) =>
        _mesh.Mesh.Put(new ConfigObject { ApiVersion = "security.istio.io/v1", Kind = "AuthorizationPolicy", Meta = Meta(@namespace, name), SpecJson = spec });

    private Listener Listener(ProxyDescriptor proxy) => _mesh.Listener(proxy, "virtualInbound")!;

    private HttpConnectionManager Manager(ProxyDescriptor proxy) => Listener(proxy).FilterChains.SelectMany(c => c.Filters)
        .Where(f => ProtoJson.Is<HttpConnectionManager>(f.TypedConfig)).Select(f => ProtoJson.Unpack<HttpConnectionManager>(f.TypedConfig)).First();

    private RBAC? Enforced(ProxyDescriptor proxy, RBAC.Types.Action action) => Manager(proxy).HttpFilters
        .Where(f => f.Name == Rbac).Select(f => ProtoJson.Unpack<HttpRbac>(f.TypedConfig).Rules).FirstOrDefault(r => r?.Action == action);
}
