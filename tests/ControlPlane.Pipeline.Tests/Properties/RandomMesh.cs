using ControlPlane.Model.Collections;
using ControlPlane.Model.Objects;
using ControlPlane.Model.Proxies;
using ControlPlane.Model.Snapshots;

namespace ControlPlane.Pipeline.Tests.Properties;

/// <summary>Random edits of a small mesh in which names, addresses and ports collide on purpose.</summary>
internal sealed class RandomMesh(int seed)
{
    private static readonly string[] Namespaces = ["istio-system", "shop", "other"];
    private static readonly string[] PortNames = ["http", "http-a", "grpc-x", "tcp", "tls", "mongo", "auto", "", "udp-dns", "https"];
    private static readonly int[] PortNumbers = [80, 443, 5432, 8000, 15006];
    private readonly Random _random = new(seed);

    public IReadOnlyList<ProxyDescriptor> Proxies { get; } =
    [
        Proxy("shop", "pod-0", "10.1.0.0"),
        Proxy("shop", "pod-1", "10.1.0.1"),
        Proxy("other", "pod-2", "10.1.0.2"),
        Proxy("shop", "unknown", "10.9.0.9"),
        Proxy("other", "six", "2001:db8::1"),
        Proxy("shop", "core", "10.1.0.3") with { Capabilities = new ProxyCapabilities([.. KnownExtensions.All.Order(StringComparer.Ordinal)], true) },
        Proxy("istio-system", "gateway", "10.3.0.1") with { Type = ProxyType.Router, Labels = LabelMap.From([new("app", "a"), new("istio", "ingressgateway")]) },
    ];

    /// <summary>One to four edits.</summary>
    public IReadOnlyList<ModelChange> NextEdits() => [.. Enumerable.Range(0, 1 + _random.Next(4)).Select(_ => NextEdit())];

    private ModelChange NextEdit() => _random.Next(39) switch
    {
        0 => new ModelChange.Delete(Tables.Services, new(Ns(), ServiceName())),
        1 => new ModelChange.Delete(Tables.EndpointSlices, new(Ns(), ServiceName() + "-s")),
        2 => new ModelChange.Delete(Tables.Pods, new(Ns(), PodName())),
        3 or 4 or 5 => ModelChange.Upsert.Of(Tables.Services, NextService()),
        6 or 7 => ModelChange.Upsert.Of(Tables.EndpointSlices, NextSlice()),
        8 => ModelChange.Upsert.Of(Tables.Pods, NextPod()),
        9 => ModelChange.Upsert.Of(Tables.Nodes, new Node { Meta = Meta("", "node-a", new() { ["topology.kubernetes.io/region"] = Pick("r1", "r2") }) }),
        10 => NextPeerAuthentication(),
        11 or 12 or 13 => NextVirtualService(),
        14 or 15 => NextDestinationRule(),
        16 => NextSidecar(),
        17 or 18 => RandomGateways.NextGateway(_random),
        19 or 20 => RandomGateways.NextVirtualService(_random),
        21 => RandomGateways.NextIngress(_random),
        22 or 23 => NextAuthorizationPolicy(),
        > 23 and < 29 => RandomExtensions.NextEnvoyFilter(_random),
        29 => RandomExtensions.NextExtension(_random),
        30 or 31 => RandomGatewayApi.NextGateway(_random),
        > 31 and < 38 => RandomGatewayApi.NextRoute(_random),
        _ => NextMeshConfig(),
    };

    private Service NextService() => new()
    {
        Meta = new ObjectMeta
        {
            Namespace = Ns(),
            Name = ServiceName(),
            CreationTime = new DateTime(2026, 1, 1 + _random.Next(3), 0, 0, 0, DateTimeKind.Utc),
            Annotations = _random.Next(5) == 0 ? LabelMap.From([new("networking.istio.io/exportTo", Pick(".", "~", "shop"))]) : LabelMap.Empty,
        },
        Type = _random.Next(10) == 0 ? ServiceType.ExternalName : ServiceType.ClusterIP,
        ExternalName = "svc-1.shop.svc.cluster.local",
        ClusterIps = _random.Next(4) == 0 ? ["None"] : [$"10.96.0.{_random.Next(4)}"],
        Selector = _random.Next(4) == 0 ? LabelMap.Empty : LabelMap.From([new("app", Pick("a", "b"))]),
        Ports = Enumerable.Range(0, 1 + _random.Next(2)).Select(_ => new ServicePort
        {
            Name = Pick(PortNames),
            Port = PortNumbers[_random.Next(PortNumbers.Length)],
            TargetPort = 8000 + _random.Next(3),
            Protocol = _random.Next(8) == 0 ? "UDP" : "TCP",
        }).DistinctBy(p => p.Name).ToEquatableArray(),
        InternalTrafficLocal = _random.Next(8) == 0,
        TrafficDistribution = _random.Next(8) == 0 ? "PreferClose" : "",
    };

    private EndpointSlice NextSlice()
    {
        var (ns, service) = (Ns(), ServiceName());
        return new EndpointSlice
        {
            Meta = Meta(ns, service + "-s", []),
            ServiceName = service,
            Ports = PortNames.Take(3 + _random.Next(5)).Select(n => new SlicePort(n, 8000 + _random.Next(3))).ToEquatableArray(),
            Endpoints = Enumerable.Range(0, _random.Next(4)).Select(_ => _random.Next(4)).Distinct().Select(i => new SliceEndpoint
            {
                Addresses = [$"10.1.0.{i}"],
                Ready = _random.Next(4) != 0,
                Serving = true,
                Terminating = _random.Next(4) == 0,
                NodeName = "node-a",
                Pod = _random.Next(3) == 0 ? null : new ObjectKey(ns, $"pod-{i}"),
            }).ToEquatableArray(),
        };
    }

    private Pod NextPod()
    {
        var index = _random.Next(4);
        return new Pod
        {
            Meta = Meta(Ns(), $"pod-{index}", new() { ["app"] = Pick("a", "b"), ["security.istio.io/tlsMode"] = Pick("istio", "disabled") }),
            Ips = [$"10.1.0.{index}"],
            NodeName = "node-a",
            ServiceAccount = Pick("default", "web"),
            Phase = "Running",
            Ready = true,
        };
    }

    private ModelChange NextPeerAuthentication() =>
        NextConfig("PeerAuthentication", "peer", $$$"""{"mtls":{"mode":"{{{Pick("STRICT", "PERMISSIVE", "DISABLE")}}}"}}""");

    private ModelChange NextAuthorizationPolicy() => NextConfig("AuthorizationPolicy", $"authz-{_random.Next(3)}", $$$"""
        {{{Pick("{", """{"selector":{"matchLabels":{"app":"b"}},""")}}}"action":"{{{Pick("ALLOW", "DENY", "AUDIT")}}}","rules":[
          {{{Pick("{}", """{"from":[{"source":{"namespaces":["shop"]}}],"to":[{"operation":{"paths":["/a*"],"ports":["80"]}}]}""", """{"when":[{"key":"source.ip","values":["10.0.0.0/8"]}]}""")}}}]}
        """);

    private ModelChange NextVirtualService() => _random.Next(6) switch
    {
        0 => NextConfig("VirtualService", "delegate", $$$"""{"http":[{{{NextHttpRoute()}}}]}"""),
        1 => NextConfig("VirtualService", "root", $$$"""{"hosts":["{{{Host()}}}"],"http":[{"match":[{"uri":{"prefix":"/d"}}],"delegate":{"name":"delegate","namespace":"{{{Ns()}}}"}}]}"""),
        2 => NextConfig("VirtualService", $"tcp-{_random.Next(2)}", $$$"""
            {"hosts":["{{{Host()}}}"],"tcp":[{"match":[{"port":{{{Port()}}},"sourceLabels":{"app":"{{{Pick("a", "b")}}}"}}],"route":[{"destination":{"host":"{{{Host()}}}"}}]}],
             "tls":[{"match":[{"sniHosts":["{{{Pick("a.example.org", "b.example.org")}}}"]}],"route":[{"destination":{"host":"{{{Host()}}}","subset":"v1"}}]}]}
            """),
        _ => NextConfig("VirtualService", $"vs-{_random.Next(4)}", $$$"""
            {"hosts":["{{{Pick(Host(), "*.shop.svc.cluster.local", "unknown.example.org", "svc-1")}}}"],
             "exportTo":["{{{Pick("*", "*", ".", "other")}}}"],
             "http":[{"match":[{"port":{{{Port()}}},"sourceLabels":{"app":"{{{Pick("a", "b")}}}"}}],"route":[{"destination":{"host":"{{{Host()}}}"}}]},{{{NextHttpRoute()}}}]}
            """),
    };

    private string NextHttpRoute() => $$$"""
        {"match":[{"uri":{"prefix":"/{{{_random.Next(3)}}}"},"sourceNamespace":"{{{Ns()}}}"}],
         "route":[{"destination":{"host":"{{{Host()}}}","subset":"{{{Pick("v1", "v2")}}}"},"weight":{{{_random.Next(3)}}}},{"destination":{"host":"{{{Host()}}}","port":{"number":{{{Port()}}} } },"weight":5}]}
        """;

    private ModelChange NextDestinationRule() => NextConfig("DestinationRule", $"dr-{_random.Next(3)}", $$$"""
        {"host":"{{{Pick(Host(), "*.shop.svc.cluster.local")}}}",{{{Pick("", """ "workloadSelector":{"matchLabels":{"app":"b"}}, """)}}}
         "trafficPolicy":{"loadBalancer":{"consistentHash":{{{Pick("""{"useSourceIp":true}""", """{"httpHeaderName":"x-user"}""")}}} },"connectionPool":{"tcp":{"idleTimeout":"{{{1 + _random.Next(3)}}}s"} } },
         "subsets":[{"name":"v1","labels":{"app":"a"}}]}
        """);

    private ModelChange NextSidecar() => NextConfig("Sidecar", "sidecar", $$$"""
        {{{Pick("{", """{"workloadSelector":{"labels":{"app":"b"}},""", """{"ingress":[{"port":{"number":8000,"protocol":"HTTP","name":"in"},"defaultEndpoint":"127.0.0.1:9000"}],""")}}}
         "egress":[{"hosts":["{{{Pick("*/*", "./*", "shop/*", "~/*")}}}","istio-system/*"]}]}
        """);

    private ModelChange NextConfig(string kind, string name, string spec)
    {
        var key = new ObjectKey(Ns(), name);
        if (_random.Next(4) == 0)
            return new ModelChange.Delete(Tables.Config(kind), key);
        return ModelChange.Upsert.Of(Tables.Config(kind), new ConfigObject
        {
            Meta = Meta(key.Namespace, key.Name, []) with { CreationTime = new DateTime(2026, 1, 1 + _random.Next(3), 0, 0, 0, DateTimeKind.Utc) },
            ApiVersion = kind is "PeerAuthentication" or "AuthorizationPolicy" ? "security.istio.io/v1" : "networking.istio.io/v1",
            Kind = kind,
            SpecJson = spec,
        });
    }

    private string Host() => $"{ServiceName()}.{Ns()}.svc.cluster.local";

    private int Port() => PortNumbers[_random.Next(PortNumbers.Length)];

    private ModelChange NextMeshConfig() => ModelChange.Upsert.Of(Tables.MeshConfig, new ConfigObject
    {
        Meta = Meta(Tables.MeshConfigKey.Namespace, Tables.MeshConfigKey.Name, []),
        ApiVersion = "v1",
        Kind = "MeshConfig",
        SpecJson = $$$"""{"accessLogFile":"{{{Pick("", "/dev/stdout")}}}","outboundTrafficPolicy":{"mode":"{{{Pick("ALLOW_ANY", "REGISTRY_ONLY")}}}"}}""",
    });

    private static ObjectMeta Meta(string ns, string name, Dictionary<string, string> labels) =>
        new() { Namespace = ns, Name = name, Labels = LabelMap.From(labels) };

    private static ProxyDescriptor Proxy(string ns, string pod, string ip) => new()
    {
        Id = $"sidecar~{ip}~{pod}.{ns}~{ns}.svc.cluster.local",
        Namespace = ns,
        PodName = pod,
        IpAddresses = [ip],
        DnsDomain = $"{ns}.svc.cluster.local",
        ClusterId = "Kubernetes",
        IstioVersion = "1.32.0",
        NodeName = "node-a",
        Labels = LabelMap.From([new("app", "a")]),
        Metadata = LabelMap.From([new("TIER", pod == "pod-0" ? "\"edge\"" : "1")]),
    };

    private string Ns() => Pick(Namespaces);

    private string ServiceName() => $"svc-{_random.Next(4)}";

    private string PodName() => $"pod-{_random.Next(4)}";

    private string Pick(params string[] from) => from[_random.Next(from.Length)];
}
