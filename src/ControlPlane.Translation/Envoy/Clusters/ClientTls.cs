using ControlPlane.Model.Collections;
using ControlPlane.Model.Incremental;
using ControlPlane.Translation.Envoy.Names;
using ControlPlane.Translation.Features.PeerAuthentication;
using ControlPlane.Translation.Views.Endpoints;
using ControlPlane.Translation.Views.Services;
using Istio.Networking.V1Alpha3;

namespace ControlPlane.Translation.Envoy.Clusters;

/// <summary>Decides the TLS of outbound clusters: what the rule says; else Istio's mutual TLS, wherever the servers may take it.</summary>
internal static class ClientTls
{
    /// <summary>The TLS of a cluster, null for plaintext.</summary>
    public static UpstreamTls? Compute(IReader reader, ClusterItem.Service item, ClusterSettings settings)
    {
        if (item.Cluster.Policy.Tls is { } rule)
            return ByRule(reader, item, rule);
        if (item.Cluster.Service.MeshExternal || !settings.AutoMtls || !ServersMayTakeIt(reader, item.Cluster))
            return null;
        return Mesh(item, Accounts(reader, item), ServerName(item), true);
    }

    /// <summary>TLS towards hosts that nobody knows, as the mesh says; null for plaintext.</summary>
    public static UpstreamTls? OfMesh(ClientTLSSettings rule) => rule.Mode switch
    {
        ClientTLSSettings.Types.TLSmode.Simple => Given(rule, UpstreamTlsMode.Simple),
        ClientTLSSettings.Types.TLSmode.Mutual => Given(rule, UpstreamTlsMode.Mutual),
        ClientTLSSettings.Types.TLSmode.IstioMutual => Given(rule, UpstreamTlsMode.IstioMutual),
        _ => null,
    };

    private static UpstreamTls? ByRule(IReader reader, ClusterItem.Service item, ClientTLSSettings rule)
    {
        switch (rule.Mode)
        {
            case ClientTLSSettings.Types.TLSmode.Disable:
                return null;
            case ClientTLSSettings.Types.TLSmode.Simple:
                return Given(rule, UpstreamTlsMode.Simple);
            case ClientTLSSettings.Types.TLSmode.Mutual when item.Traits.Certificates is null:
                return Given(rule, UpstreamTlsMode.Mutual);
            case ClientTLSSettings.Types.TLSmode.Mutual:
                return Mesh(item, rule.SubjectAltNames.ToEquatableArray(), rule.Sni, false) with { InsecureSkipVerify = rule.InsecureSkipVerify is true };
            default:
                var names = rule.SubjectAltNames.Count > 0 ? rule.SubjectAltNames.ToEquatableArray() : Accounts(reader, item);
                return Mesh(item, names, rule.Sni.Length > 0 ? rule.Sni : ServerName(item), false);
        }
    }

    /// <summary>TLS with the mesh's certificates, or those that the proxy brings.</summary>
    private static UpstreamTls Mesh(ClusterItem.Service item, EquatableArray<string> names, string sni, bool autoDetected)
    {
        if (item.Traits.Certificates is not { } own)
            return new UpstreamTls { Mode = UpstreamTlsMode.IstioMutual, SubjectAltNames = names, Sni = sni, AutoDetected = autoDetected };
        return new UpstreamTls
        {
            Mode = UpstreamTlsMode.Mutual,
            SubjectAltNames = names,
            Sni = sni,
            AutoDetected = autoDetected,
            CaCertificates = own.Roots,
            ClientCertificate = own.Certificate,
            PrivateKey = own.Key,
        };
    }

    private static UpstreamTls Given(ClientTLSSettings rule, UpstreamTlsMode mode) => new()
    {
        Mode = mode,
        Sni = rule.Sni,
        SubjectAltNames = rule.SubjectAltNames.ToEquatableArray(),
        CaCertificates = rule.CaCertificates,
        ClientCertificate = rule.ClientCertificate,
        PrivateKey = rule.PrivateKey,
        CaCrl = rule.CaCrl,
        CredentialName = rule.CredentialName,
        InsecureSkipVerify = rule.InsecureSkipVerify is true,
    };

    private static EquatableArray<string> Accounts(IReader reader, ClusterItem.Service item) => reader.Get(EndpointDirectory.Accounts, item.Cluster.Service);

    /// <summary>The server name by which gateways between networks find the cluster; none where each request names its own host.</summary>
    private static string ServerName(ClusterItem.Service item) => item.Cluster.Discovery == ClusterDiscovery.DynamicForwardProxy
        ? ""
        : ClusterNames.ServerName(item.Cluster.Port.Number, item.Cluster.Subset, item.Cluster.Service.Host);

    /// <summary>
    /// Whether the servers of a cluster may take mutual TLS: the policy of their namespace does not forbid it, and, where connections
    /// go to original destinations so that servers can't be told apart, every one of them has a proxy.
    /// </summary>
    private static bool ServersMayTakeIt(IReader reader, ServiceCluster cluster)
    {
        var indistinct = cluster.Service.Resolution == Resolution.Passthrough || cluster.Policy.IsPassthrough;
        if (indistinct && !reader.Get(EndpointDirectory.AllHaveTls, new ServicePortKey(cluster.Service, cluster.Port)))
            return false;
        return reader.Get(PeerAuthentications.OfNamespace, cluster.Service.Namespace) != MutualTlsMode.Disable;
    }
}
