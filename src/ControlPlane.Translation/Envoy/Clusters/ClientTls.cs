using ControlPlane.Model.Collections;
using ControlPlane.Model.Incremental;
using ControlPlane.Translation.Envoy.Names;
using ControlPlane.Translation.Features.PeerAuthentication;
using ControlPlane.Translation.Views.Endpoints;
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
        if (rule.Mode == ClientTLSSettings.Types.TLSmode.Disable)
            return null;
        // A server outside the mesh knows nothing of the certificates that the proxy brings.
        if (rule.Mode != ClientTLSSettings.Types.TLSmode.Simple && item.Traits.Certificates is not null && !item.Cluster.Service.MeshExternal)
            return Mesh(item, rule.SubjectAltNames.ToEquatableArray(), rule.Sni, false) with { InsecureSkipVerify = rule.InsecureSkipVerify is true };
        if (rule.Mode == ClientTLSSettings.Types.TLSmode.IstioMutual)
        {
            var names = rule.SubjectAltNames.Count > 0 ? rule.SubjectAltNames.ToEquatableArray() : Accounts(reader, item);
            return new UpstreamTls { Mode = UpstreamTlsMode.IstioMutual, SubjectAltNames = names, Sni = rule.Sni.Length > 0 ? rule.Sni : ServerName(item), InsecureSkipVerify = rule.InsecureSkipVerify is true };
        }

        return MayFetch(item, rule) ? Given(reader, item, rule) : null;
    }

    /// <summary>
    /// Whether the proxies may fetch the secret that a rule names: gateways may, sidecars only if the rule selects them, as others would
    /// wait for a secret that they are not allowed to read. A ConfigMap is no secret.
    /// </summary>
    private static bool MayFetch(ClusterItem.Service item, ClientTLSSettings rule) =>
        rule.CredentialName.Length == 0
        || rule.CredentialName.StartsWith(SecretNames.ConfigMapScheme, StringComparison.Ordinal)
        || item.Traits.Type == Model.Proxies.ProxyType.Router
        || item.Cluster.RuleSelects;

    private static UpstreamTls Given(IReader reader, ClusterItem.Service item, ClientTLSSettings rule)
    {
        var given = Given(rule, rule.Mode == ClientTLSSettings.Types.TLSmode.Mutual ? UpstreamTlsMode.Mutual : UpstreamTlsMode.Simple) with
        {
            SeparateFileServer = item.Traits.FileCredentialSocket,
            SeparateSecretServer = item.Traits.CredentialSocket,
        };
        return item.Cluster.Service.IsKubernetes || rule.SubjectAltNames.Count > 0
            ? given
            : given with { SubjectAltNames = Accounts(reader, item), NamesOfService = true };
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
        if (cluster.Indistinct && !reader.Get(EndpointDirectory.AllHaveTls, new ServicePortKey(cluster.Service, cluster.Port)))
            return false;
        return reader.Get(PeerAuthentications.OfNamespace, cluster.Service.Namespace) != MutualTlsMode.Disable;
    }
}
