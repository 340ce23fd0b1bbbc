using BenchmarkDotNet.Attributes;
using ControlPlane.Model.Delivery;
using ControlPlane.Pipeline.Encoding;
using ControlPlane.Pipeline.Engine;
using ControlPlane.Pipeline.Gate;
using ControlPlane.Translation.Resources;
using Envoy.Config.Core.V3;
using Envoy.Config.Endpoint.V3;
using Google.Protobuf.WellKnownTypes;

namespace ControlPlane.Benchmarks.Push;

/// <summary>Encoding a service's endpoints, which is done once for all streams: the bytes with their version, and with the gate before them.</summary>
[MemoryDiagnoser]
public class EncodeBenchmarks
{
    private readonly ResourceEncoder _plain = new(static _ => [], NullEngineObserver.Instance);
    private readonly ResourceEncoder _gated = new(new ResourceValidator().Explain, NullEngineObserver.Instance);
    private EnvoyResource _resource = null!;

    [Params(10, 1000)]
    public int Endpoints { get; set; }

    [GlobalSetup]
    public void SetUp()
    {
        var locality = new LocalityLbEndpoints { Locality = new Locality { Region = "r1", Zone = "z1" }, LoadBalancingWeight = (uint)Endpoints };
        for (var i = 0; i < Endpoints; i++)
            locality.LbEndpoints.Add(EndpointOf(i));
        const string name = "outbound|80||svc.ns.svc.cluster.local";
        _resource = new EnvoyResource(XdsType.Endpoint, name, new ClusterLoadAssignment { ClusterName = name, Endpoints = { locality } });
    }

    [Benchmark(Baseline = true)]
    public EncodedResource? Encode() => _plain.Encode(_resource);

    [Benchmark]
    public EncodedResource? ValidateAndEncode() => _gated.Encode(_resource);

    private static LbEndpoint EndpointOf(int index) => new()
    {
        LoadBalancingWeight = 1,
        HealthStatus = HealthStatus.Healthy,
        Endpoint = new Endpoint { Address = new Address { SocketAddress = new SocketAddress { Address = $"10.1.{index / 250}.{index % 250}", PortValue = 8080 } } },
        Metadata = new Metadata
        {
            FilterMetadata =
            {
                ["envoy.transport_socket_match"] = new Struct { Fields = { ["tlsMode"] = Value.ForString("istio") } },
                ["istio"] = new Struct { Fields = { ["workload"] = Value.ForString($"svc-{index};ns;svc;v1;Kubernetes") } },
            },
        },
    };
}
