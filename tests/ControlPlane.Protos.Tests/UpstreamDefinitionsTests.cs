using ControlPlane.Testing;
using ControlPlane.Translation.Envoy;
using Google.Protobuf;
using Google.Protobuf.Reflection;

namespace ControlPlane.Protos.Tests;

public class UpstreamDefinitionsTests
{
    private const string Upstream = "protos/upstream.binpb";

    private static readonly Lazy<DefinitionFacts> Theirs = new(() =>
    {
        var parser = FileDescriptorSet.Parser.WithExtensionRegistry(DefinitionFacts.KnownOptions);
        return new DefinitionFacts(parser.ParseFrom(File.ReadAllBytes(SharedDirectory.Path(Upstream))).File);
    });

    private static readonly Lazy<DefinitionFacts> Ours = new(() => new DefinitionFacts(ProtoTypes.Files.Select(file => file.ToProto())));

    [SharedFact(Upstream)]
    public void Definitions_ComparedWithUpstream_StateTheSame()
    {
        var differences = new List<string>();
        foreach (var (name, facts) in Ours.Value.ByName)
        {
            // The Gateway API has no protobuf definitions: those are ours alone.
            if (name.StartsWith("k8s.", StringComparison.Ordinal))
                continue;
            if (!Theirs.Value.ByName.TryGetValue(name, out var theirs))
            {
                differences.Add($"{name}: upstream has no such name");
                continue;
            }

            differences.AddRange(facts.Except(theirs).Select(fact => $"{name}: only ours: {fact}"));
            differences.AddRange(theirs.Except(facts).Select(fact => $"{name}: only upstream's: {fact}"));
        }

        Assert.Empty(differences);
        Assert.True(Ours.Value.ByName.Count > 1000, $"only {Ours.Value.ByName.Count} names were compared");
    }

    [SharedTheory(Upstream)]
    [InlineData("envoy.config.listener.v3.Listener")]
    [InlineData("envoy.config.listener.v3.FilterChain")]
    [InlineData("envoy.config.listener.v3.FilterChainMatch")]
    [InlineData("envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager")]
    [InlineData("envoy.extensions.filters.network.tcp_proxy.v3.TcpProxy")]
    [InlineData("envoy.extensions.filters.http.router.v3.Router")]
    [InlineData("envoy.config.cluster.v3.Cluster")]
    [InlineData("envoy.config.route.v3.RouteConfiguration")]
    [InlineData("envoy.config.route.v3.VirtualHost")]
    [InlineData("envoy.config.route.v3.Route")]
    [InlineData("envoy.config.route.v3.RouteMatch")]
    [InlineData("envoy.config.route.v3.RouteAction")]
    [InlineData("envoy.config.endpoint.v3.ClusterLoadAssignment")]
    [InlineData("envoy.extensions.transport_sockets.tls.v3.UpstreamTlsContext")]
    [InlineData("envoy.extensions.transport_sockets.tls.v3.DownstreamTlsContext")]
    [InlineData("envoy.extensions.transport_sockets.tls.v3.CommonTlsContext")]
    [InlineData("envoy.extensions.transport_sockets.tls.v3.CertificateValidationContext")]
    [InlineData("envoy.extensions.transport_sockets.tls.v3.Secret")]
    [InlineData("envoy.service.discovery.v3.DiscoveryRequest")]
    [InlineData("envoy.service.discovery.v3.DeltaDiscoveryResponse")]
    [InlineData("envoy.service.discovery.v3.AggregatedDiscoveryService")]
    [InlineData("istio.mesh.v1alpha1.MeshConfig")]
    [InlineData("istio.networking.nds.v1.NameTable")]
    [InlineData("istio.v1.auth.IstioCertificateService")]
    [InlineData("stats.PluginConfig")]
    public void CoreMessage_ComparedWithUpstream_HasEveryField(string name)
    {
        Assert.Equal(Theirs.Value.ByName[name], Ours.Value.ByName[name]);
    }

    [Fact]
    public void Options_OfEveryDescriptor_AreKnown()
    {
        var unknown = new List<string>();
        foreach (var file in ProtoTypes.Files)
        {
            byte[] bytes = file.ToProto().ToByteArray();
            int known = FileDescriptorProto.Parser.WithExtensionRegistry(DefinitionFacts.KnownOptions).WithDiscardUnknownFields(true)
                .ParseFrom(bytes).CalculateSize();
            if (known != bytes.Length)
                unknown.Add(file.Name);
        }

        Assert.Empty(unknown);
    }

    [Fact]
    public void EveryMessage_FoundByName_IsTheOneOfTheRegistry()
    {
        var messages = ProtoTypes.Files.SelectMany(file => file.MessageTypes).SelectMany(WithNested).Append(Google.Protobuf.WellKnownTypes.Any.Descriptor).ToList();

        Assert.Empty(messages.Where(message => !ReferenceEquals(ProtoTypes.Find(message.FullName), message)).Select(message => message.FullName));
        Assert.All(["", "Node", "example.Unknown", "envoy.config.core.v3", "envoy.config.core.V3.Node", "envoy_config.core.v3.Node"], name => Assert.Null(ProtoTypes.Find(name)));
    }

    [Fact]
    public void Rules_ReadFromAGeneratedDescriptor_AreThoseOfEnvoy()
    {
        var rules = global::Envoy.Config.Cluster.V3.Cluster.Descriptor.FindFieldByName("name").GetOptions().GetExtension(Validate.ValidateExtensions.Rules);

        Assert.Equal(1ul, rules.String.MinLen);
    }

    private static IEnumerable<MessageDescriptor> WithNested(MessageDescriptor type) =>
        type.NestedTypes.Where(nested => nested.ClrType is not null).SelectMany(WithNested).Prepend(type);
}
