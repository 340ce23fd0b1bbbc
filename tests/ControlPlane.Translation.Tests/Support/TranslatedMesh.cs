using System.Security.Cryptography;
using ControlPlane.Model.Delivery;
using ControlPlane.Model.Incremental;
using ControlPlane.Model.Proxies;
using ControlPlane.Testing.Meshes;
using ControlPlane.Translation.Resources;
using Envoy.Config.Cluster.V3;
using Envoy.Config.Endpoint.V3;
using Envoy.Config.Listener.V3;
using Google.Protobuf;
using Istio.Networking.Nds.V1;

namespace ControlPlane.Translation.Tests.Support;

/// <summary>A mesh with all families bound to a plain encoder: what would a proxy receive?</summary>
internal sealed class TranslatedMesh
{
    private readonly Dictionary<XdsType, Derivation<ClassScope, ResourceSet>> _sets;

    public TranslatedMesh() => _sets = Translator.Families.ToDictionary(f => f.Type, f => f.Bind(new PlainEncoder()));

    public TestMesh Mesh { get; } = new();

    public static ProxyDescriptor Sidecar(string @namespace = "shop", string ip = "10.9.0.1", string pod = "client", params (string Key, string Json)[] metadata) => new()
    {
        Id = $"sidecar~{ip}~{pod}.{@namespace}~{@namespace}.svc.cluster.local",
        IpAddresses = [.. ip.Split(',')],
        Namespace = @namespace,
        PodName = pod,
        DnsDomain = $"{@namespace}.svc.cluster.local",
        ClusterId = "Kubernetes",
        IstioVersion = "1.32.0",
        Metadata = Model.Collections.LabelMap.From(metadata.Select(m => KeyValuePair.Create(m.Key, m.Json))),
    };

    public static ProxyDescriptor Gateway() => Sidecar("istio-system", "10.9.0.2", "gateway") with { Type = ProxyType.Router };

    public ResourceSet Set(XdsType type, ProxyDescriptor proxy, params string[] asked)
    {
        var proxyClass = Mesh.Get(Translator.Classify, proxy);
        return Mesh.Get(_sets[type], new ClassScope(proxyClass, NameSet.From(asked)));
    }

    public Cluster? Cluster(ProxyDescriptor proxy, string name, params string[] asked) => Find(XdsType.Cluster, proxy, name, asked, global::Envoy.Config.Cluster.V3.Cluster.Parser);

    public ClusterLoadAssignment? Endpoints(ProxyDescriptor proxy, string name, params string[] asked) =>
        Find(XdsType.Endpoint, proxy, name, asked, ClusterLoadAssignment.Parser);

    public Listener? Listener(ProxyDescriptor proxy, string name, params string[] asked) =>
        Find(XdsType.Listener, proxy, name, asked, global::Envoy.Config.Listener.V3.Listener.Parser);

    public NameTable Names(ProxyDescriptor proxy) => Find(XdsType.NameTable, proxy, "", [], NameTable.Parser)!;

    public long Runs(string derivation) => Mesh.Graph.Counters.Where(c => c.Key.Name == derivation).Sum(c => c.Value.Runs);

    public long Changes(string derivation) => Mesh.Graph.Counters.Where(c => c.Key.Name == derivation).Sum(c => c.Value.Changes);

    private T? Find<T>(XdsType type, ProxyDescriptor proxy, string name, string[] asked, MessageParser<T> parser)
        where T : class, IMessage<T> => Set(type, proxy, asked).Find(name) is { } resource ? parser.ParseFrom(resource.Body.Span) : null;

    private sealed class PlainEncoder : IResourceEncoder
    {
        public EncodedResource Encode(EnvoyResource resource)
        {
            var body = resource.Message.ToByteArray();
            return new EncodedResource(resource.Type, resource.Name, body, Convert.ToHexString(SHA256.HashData(body)), resource.References);
        }
    }
}
