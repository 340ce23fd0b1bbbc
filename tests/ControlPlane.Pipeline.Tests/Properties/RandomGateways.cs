using ControlPlane.Model.Objects;
using ControlPlane.Model.Snapshots;

namespace ControlPlane.Pipeline.Tests.Properties;

/// <summary>Random edits of Gateways and of VirtualServices for them, in which ports, hosts and protocols collide on purpose.</summary>
internal static class RandomGateways
{
    private static readonly string[] Servers =
    [
        """{"port": {"number": 80, "name": "p0", "protocol": "HTTP"}, "hosts": ["*"]}""",
        """{"port": {"number": 80, "name": "p1", "protocol": "HTTP"}, "hosts": ["a.example.com", "shop/b.example.com"], "tls": {"httpsRedirect": true}}""",
        """{"port": {"number": 80, "name": "p2", "protocol": "TCP"}, "hosts": ["*"]}""",
        """{"port": {"number": 8000, "name": "p3", "protocol": "GRPC-WEB"}, "hosts": ["*.example.com"]}""",
        """{"port": {"number": 443, "name": "p4", "protocol": "HTTPS"}, "hosts": ["a.example.com"], "tls": {"mode": "MUTUAL", "credentialName": "c"}}""",
        """{"port": {"number": 443, "name": "p5", "protocol": "HTTPS"}, "hosts": ["*.example.com"], "tls": {"mode": "ISTIO_MUTUAL"}}""",
        """{"port": {"number": 443, "name": "p6", "protocol": "TLS"}, "hosts": ["*"], "tls": {"mode": "PASSTHROUGH"}}""",
        """{"port": {"number": 443, "name": "p7", "protocol": "TLS"}, "hosts": ["*.shop.svc.cluster.local"], "tls": {"mode": "AUTO_PASSTHROUGH"}}""",
        """{"port": {"number": 80, "name": "p8", "protocol": "HTTP"}, "hosts": ["*"], "bind": "10.3.0.1"}""",
    ];

    private static readonly string[] Routes =
    [
        """ "http": [{"route": [{"destination": {"host": "svc-0"}}]}]""",
        """ "http": [{"match": [{"uri": {"prefix": "/x"}}, {"port": 80}], "route": [{"destination": {"host": "svc-1", "port": {"number": 80}}}]}]""",
        """ "tcp": [{"route": [{"destination": {"host": "svc-2"}, "weight": 1}, {"destination": {"host": "svc-3"}, "weight": 2}]}]""",
        """ "tls": [{"match": [{"sniHosts": ["a.example.com"]}, {"sniHosts": ["b.example.com"]}], "route": [{"destination": {"host": "svc-0"}}]}]""",
    ];

    /// <summary>A Gateway comes, changes or goes.</summary>
    public static ModelChange NextGateway(Random random)
    {
        var key = new ObjectKey(Pick(random, "istio-system", "shop"), $"gw-{random.Next(2)}");
        if (random.Next(4) == 0)
            return new ModelChange.Delete(Tables.Config("Gateway"), key);
        var servers = Enumerable.Range(0, 1 + random.Next(4)).Select(_ => Pick(random, Servers)).Distinct(StringComparer.Ordinal);
        return Upsert("Gateway", key, $$"""{"selector": {{Pick(random, "{}", "{\"app\": \"a\"}", "{\"app\": \"z\"}")}}, "servers": [{{string.Join(',', servers)}}]}""", random);
    }

    /// <summary>A VirtualService for gateways comes, changes or goes.</summary>
    public static ModelChange NextVirtualService(Random random)
    {
        var key = new ObjectKey(Pick(random, "istio-system", "shop"), $"rule-{random.Next(3)}");
        if (random.Next(4) == 0)
            return new ModelChange.Delete(Tables.Config("VirtualService"), key);
        var gateways = Pick(random, "\"istio-system/gw-0\"", "\"shop/gw-0\", \"istio-system/gw-1\"", "\"gw-1\"");
        var hosts = Pick(random, "\"*\"", "\"a.example.com\"", "\"a.example.com\", \"b.example.com\"");
        return Upsert(
            "VirtualService", key, $$"""{"hosts": [{{hosts}}], "gateways": [{{gateways}}], "exportTo": ["{{Pick(random, "*", ".", "istio-system")}}"], {{Pick(random, Routes)}}}""", random);
    }

    /// <summary>An Ingress or its class comes, changes or goes.</summary>
    public static ModelChange NextIngress(Random random)
    {
        var classes = Tables.Config("networking.k8s.io/IngressClass");
        if (random.Next(3) == 0)
            return random.Next(2) == 0 ? new ModelChange.Delete(classes, new ObjectKey("", "own")) : Upsert(classes, new ObjectKey("", "own"), $$"""{"controller": "{{Pick(random, "istio.io/ingress-controller", "example.com/other")}}"}""", random);
        var key = new ObjectKey("shop", $"ingress-{random.Next(2)}");
        var table = Tables.Config("networking.k8s.io/Ingress");
        if (random.Next(4) == 0)
            return new ModelChange.Delete(table, key);
        var path = $$"""{"path": "{{Pick(random, "/", "/a")}}", "pathType": "Prefix", "backend": {"service": {"name": "svc-0", "port": {{Pick(random, "{\"number\": 80}", "{\"name\": \"http\"}")}} } } }""";
        return Upsert(
            table, key, $$"""{"ingressClassName": "own", "tls": [{"secretName": "c"}], "rules": [{"host": "{{Pick(random, "a.example.com", "b.example.com")}}", "http": {"paths": [{{path}}] } }]}""", random);
    }

    private static ModelChange Upsert(string kind, ObjectKey key, string spec, Random random) => Upsert(Tables.Config(kind), key, spec, random);

    private static ModelChange Upsert(TableId<ConfigObject> table, ObjectKey key, string spec, Random random) => ModelChange.Upsert.Of(table, new ConfigObject
    {
        Meta = new ObjectMeta { Namespace = key.Namespace, Name = key.Name, CreationTime = new DateTime(2026, 1, 1 + random.Next(3), 0, 0, 0, DateTimeKind.Utc) },
        ApiVersion = "networking.istio.io/v1",
        Kind = table.Kind,
        SpecJson = spec,
    });

    private static string Pick(Random random, params string[] from) => from[random.Next(from.Length)];
}
