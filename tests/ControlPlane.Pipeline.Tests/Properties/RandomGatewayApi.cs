using ControlPlane.Model.Objects;
using ControlPlane.Model.Snapshots;

namespace ControlPlane.Pipeline.Tests.Properties;

/// <summary>Random edits of the objects of the Gateway API, in which ports, hosts, parents and services collide on purpose.</summary>
internal static class RandomGatewayApi
{
    private const string Group = "gateway.networking.k8s.io/";

    private static readonly string[] Listeners =
    [
        """{"name": "a", "port": 80, "protocol": "HTTP", "allowedRoutes": {"namespaces": {"from": "All"}}}""",
        """{"name": "b", "port": 80, "protocol": "HTTP", "hostname": "*.example.com", "allowedRoutes": {"namespaces": {"from": "All"}}}""",
        """{"name": "c", "port": 80, "protocol": "TCP", "allowedRoutes": {"namespaces": {"from": "All"}}}""",
        """{"name": "d", "port": 443, "protocol": "TLS", "tls": {"mode": "Passthrough"}, "allowedRoutes": {"namespaces": {"from": "All"}}}""",
        """{"name": "e", "port": 443, "protocol": "HTTPS", "hostname": "a.example.com", "tls": {"options": {"gateway.istio.io/tls-terminate-mode": "ISTIO_MUTUAL"}}}""",
        """{"name": "f", "port": 5432, "protocol": "TCP", "allowedRoutes": {"namespaces": {"from": "Selector", "selector": {"matchLabels": {"kubernetes.io/metadata.name": "shop"}}}}}""",
    ];

    /// <summary>A Gateway, a ListenerSet, a class or a policy comes, changes or goes.</summary>
    public static ModelChange NextGateway(Random random)
    {
        var listeners = string.Join(',', Enumerable.Range(0, 1 + random.Next(3)).Select(_ => Pick(random, Listeners)).Distinct(StringComparer.Ordinal));
        return random.Next(7) switch
        {
            0 => Next(random, "GatewayClass", "", Pick(random, "istio", "own"), $$"""{"controllerName": "{{Pick(random, "istio.io/gateway-controller", "example.com/other")}}"}"""),
            1 => Next(random, "ListenerSet", "shop", "set", $$"""{"parentRef": {"name": "kgw-0", "namespace": "istio-system"}, "listeners": [{{listeners}}]}"""),
            2 => Next(random, "ReferenceGrant", "other", "grant", """{"from": [{"group": "gateway.networking.k8s.io", "kind": "HTTPRoute", "namespace": "shop"}], "to": [{"group": "", "kind": "Service"}]}"""),
            3 => Next(
                random, "BackendTLSPolicy", "shop", $"policy-{random.Next(2)}",
                $$"""{"targetRefs": [{"group": "", "kind": "Service", "name": "svc-0"{{Pick(random, "", ", \"sectionName\": \"http\"")}}}], "validation": {"hostname": "h{{random.Next(2)}}", "wellKnownCACertificates": "System"} }"""),
            _ => Next(
                random, "Gateway", Pick(random, "istio-system", "shop"), $"kgw-{random.Next(2)}",
                $$$"""{"gatewayClassName": "{{{Pick(random, "istio", "own")}}}", "addresses": [{"type": "Hostname", "value": "svc-{{{random.Next(2)}}}"}], "allowedListeners": {"namespaces": {"from": "{{{Pick(random, "All", "Same")}}}"}}, "listeners": [{{{listeners}}}]}"""),
        };
    }

    /// <summary>A route comes, changes or goes.</summary>
    public static ModelChange NextRoute(Random random)
    {
        var kind = Pick(random, "HTTPRoute", "HTTPRoute", "HTTPRoute", "GRPCRoute", "TCPRoute", "TLSRoute");
        var backend = $$"""{"name": "svc-{{random.Next(4)}}", "port": {{Pick(random, "80", "443")}}, "weight": {{random.Next(3)}}{{Pick(random, "", ", \"namespace\": \"other\"")}} }""";
        var match = kind switch
        {
            "HTTPRoute" => $$""" "matches": [{"path": {"type": "{{Pick(random, "Exact", "PathPrefix")}}", "value": "/{{random.Next(3)}}"} }, {"headers": [{"name": "x", "value": "y"}]}],""",
            "GRPCRoute" => """ "matches": [{"method": {"service": "s"}}],""",
            _ => "",
        };
        return Next(random, kind, Pick(random, "istio-system", "shop", "other"), $"route-{random.Next(2)}", $$"""
            {"parentRefs": [{{Pick(
                random,
                """{"name": "kgw-0", "namespace": "istio-system"}""",
                """{"name": "kgw-1"}, {"kind": "ListenerSet", "name": "set", "namespace": "shop"}""",
                """{"group": "", "kind": "Service", "name": "svc-1", "namespace": "shop"}, {"group": "", "kind": "Service", "name": "svc-2"}""",
                """{"group": "", "kind": "Service", "name": "svc-0", "namespace": "shop"}, {"group": "", "kind": "Service", "name": "svc-1"}""",
                """{"group": "", "kind": "Service", "name": "svc-0", "port": 80}""")}}],
             "hostnames": [{{Pick(random, "", "\"a.example.com\"", "\"*.example.com\", \"b.example.com\"")}}],
             "rules": [{ {{match}} "backendRefs": [{{backend}}, {"name": "svc-1", "port": 80}]}]}
            """);
    }

    private static ModelChange Next(Random random, string kind, string @namespace, string name, string spec)
    {
        var (table, key) = (Tables.Config(Group + kind), new ObjectKey(@namespace, name));
        if (random.Next(6) == 0)
            return new ModelChange.Delete(table, key);
        return ModelChange.Upsert.Of(table, new ConfigObject
        {
            Meta = new ObjectMeta { Namespace = @namespace, Name = name, CreationTime = new DateTime(2026, 1, 1 + random.Next(3), 0, 0, 0, DateTimeKind.Utc) },
            ApiVersion = "gateway.networking.k8s.io/v1",
            Kind = kind,
            SpecJson = spec,
        });
    }

    private static string Pick(Random random, params string[] from) => from[random.Next(from.Length)];
}
