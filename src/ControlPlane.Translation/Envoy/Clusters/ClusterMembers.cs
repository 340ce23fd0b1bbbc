using ControlPlane.Model.Collections;
using ControlPlane.Model.Incremental;
using ControlPlane.Model.Proxies;
using ControlPlane.Translation.Envoy.Endpoints;
using ControlPlane.Translation.Envoy.Names;
using ControlPlane.Translation.Resources;
using ControlPlane.Translation.Views;
using ControlPlane.Translation.Views.Mesh;
using ControlPlane.Translation.Views.Proxies;

namespace ControlPlane.Translation.Envoy.Clusters;

/// <summary>Which clusters a class of proxies has.</summary>
internal static class ClusterMembers
{
    // iptables lets through what comes from these addresses: the proxy's connections to the application beside it.
    private const string InboundSourceIpv4 = "127.0.0.6";
    private const string InboundSourceIpv6 = "::6";

    /// <summary>What the mesh says about header case, so that no other setting touches the members.</summary>
    private static readonly Derivation<Unit, bool> MeshPreservesHeaderCase = new("PreserveHeaderCase", static (reader, _) =>
        reader.Get(MeshSettings.Current, Unit.Value).Config.DefaultConfig?.ProxyHeaders?.PreserveHttp1HeaderCase is true);

    /// <summary>The items of a class.</summary>
    public static EquatableArray<ClusterItem> Compute(IReader reader, ClassScope scope)
    {
        var proxy = scope.Class;
        var traits = Traits(reader, proxy);
        var endpoints = EndpointTraitsReader.OfClass(reader, proxy);
        var items = new List<ClusterItem>();
        foreach (var cluster in reader.Get(ServiceClusters.OfClass, proxy))
        {
            var inline = cluster.Discovery is ClusterDiscovery.StrictDns or ClusterDiscovery.LogicalDns;
            var resolves = inline || cluster.KeepsDnsSettings || cluster.Discovery == ClusterDiscovery.DynamicForwardProxy;
            items.Add(new ClusterItem.Service(
                cluster,
                resolves ? traits : traits with { DnsFamily = default },
                inline || cluster.NeedsHosts || cluster.KeepsDnsSettings ? EndpointTraitsReader.OfService(endpoints, proxy, cluster.Service, cluster.Endpoints) : null));
        }

        items.Add(new ClusterItem.BlackHole());
        if (traits.CredentialSocket)
            items.Add(new ClusterItem.SecretServer());
        if (proxy.Type == ProxyType.Sidecar)
            AddSidecar(reader, proxy, traits.PreserveHeaderCase, items);
        return items.ToEquatableArray();
    }

    private static void AddSidecar(IReader reader, ProxyClass proxy, bool preserveHeaderCase, List<ClusterItem> items)
    {
        var sources = SourceAddresses(proxy);
        items.Add(new ClusterItem.Passthrough(preserveHeaderCase));
        items.Add(new ClusterItem.InboundPassthrough(preserveHeaderCase, sources));
        if (reader.Get(ClusterSettings.Current, Unit.Value).DynamicOutbound)
            items.Add(new ClusterItem.AllowAny(preserveHeaderCase, Family(proxy), NameTables.AnswersDns(proxy) ? proxy.MetadataText("DNS_PROXY_ADDR") ?? "" : null));
        items.AddRange(InboundMembers.Of(reader, proxy, preserveHeaderCase, sources));
    }

    private static EquatableArray<string> SourceAddresses(ProxyClass proxy)
    {
        if (!proxy.Ipv4)
            return [InboundSourceIpv6];
        return proxy.Ipv6 ? [InboundSourceIpv4, InboundSourceIpv6] : [InboundSourceIpv4];
    }

    private static DnsFamily Family(ProxyClass proxy) => proxy.Ipv4 ? DnsFamily.V4 : DnsFamily.V6;

    private static ClusterTraits Traits(IReader reader, ProxyClass proxy) => new()
    {
        Type = proxy.Type,
        PreserveHeaderCase = NodeProxyConfig.Of(reader, proxy) is { } own
            ? own.ProxyHeaders?.PreserveHttp1HeaderCase is true
            : reader.Get(MeshPreservesHeaderCase, Unit.Value),
        Certificates = proxy.MetadataText("TLS_CLIENT_CERT_CHAIN") is { Length: > 0 } chain
            ? new ClientCertificates(chain, proxy.MetadataText("TLS_CLIENT_KEY") ?? "", proxy.MetadataText("TLS_CLIENT_ROOT_CERT") ?? "")
            : null,
        CredentialSocket = proxy.MetadataText("credential") == "true",
        FileCredentialSocket = proxy.MetadataText("file-credential") == "true",
        DnsFamily = Family(proxy),
    };
}
