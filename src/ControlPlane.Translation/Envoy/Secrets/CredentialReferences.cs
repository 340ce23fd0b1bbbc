using ControlPlane.Translation.Envoy.Names;
using Envoy.Config.Core.V3;
using Envoy.Extensions.TransportSockets.Tls.V3;

namespace ControlPlane.Translation.Envoy.Secrets;

/// <summary>Where a proxy fetches what a credentialName means: the agent's own, the user's server of secrets, else the control plane.</summary>
internal static class CredentialReferences
{
    /// <summary>The reference to a secret; null where the user's server is configured but not known.</summary>
    /// <param name="name">credentialName, or with the ending of its trust anchors.</param>
    /// <param name="socket">Whether a server of the user's own is beside the proxy.</param>
    /// <param name="provider">The user's server elsewhere in the mesh, null for none.</param>
    public static SdsSecretConfig? Of(string name, bool socket, SecretProvider? provider)
    {
        if (name == SecretNames.BuiltinScheme)
            return SdsSecretConfigs.FromAgent(SdsSecretConfigs.WorkloadCertificate);
        if (name == SecretNames.BuiltinScheme + SecretNames.RootsSuffix)
            return SdsSecretConfigs.FromAgent(SdsSecretConfigs.MeshRoots);
        if (name.StartsWith(SecretNames.ExternalScheme, StringComparison.Ordinal))
        {
            if (socket)
                return SdsSecretConfigs.From(name, ClusterNames.ExternalSdsServer);
            name = name[SecretNames.ExternalScheme.Length..];
            if (provider is not null)
                return provider.Cluster.Length == 0 ? null : SdsSecretConfigs.From(name, provider.Cluster, provider.Host);
        }

        return new SdsSecretConfig
        {
            Name = SecretNames.Resource(name),
            SdsConfig = new ConfigSource { Ads = new AggregatedConfigSource(), ResourceApiVersion = ApiVersion.V3 },
        };
    }
}
