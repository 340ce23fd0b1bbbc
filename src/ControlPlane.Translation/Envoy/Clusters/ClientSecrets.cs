using ControlPlane.Translation.Envoy.Names;
using ControlPlane.Translation.Envoy.Secrets;
using Envoy.Config.Core.V3;
using Envoy.Extensions.TransportSockets.Tls.V3;

namespace ControlPlane.Translation.Envoy.Clusters;

/// <summary>Where a cluster that originates TLS finds its certificates: files that the agent serves, or secrets by name.</summary>
internal static class ClientSecrets
{
    private const string System = "system";
    private const string BuiltinScheme = "builtin://";
    private const string ExternalScheme = "sds://";
    private const string KubernetesScheme = "kubernetes://";
    /// <summary>What names of ConfigMaps begin with.</summary>
    public const string ConfigMapScheme = "configmap://";
    private const string RootsSuffix = "-cacert";

    /// <summary>Sets certificate and roots.</summary>
    public static void Apply(CommonTlsContext common, UpstreamTls tls)
    {
        if (tls.CredentialName.Length > 0)
            FromCredential(common, tls);
        else
            FromFiles(common, tls);
    }

    private static void FromFiles(CommonTlsContext common, UpstreamTls tls)
    {
        if (tls.Mode == UpstreamTlsMode.Mutual)
            common.TlsCertificateSdsSecretConfigs.Add(File(tls, $"file-cert:{tls.ClientCertificate}~{tls.PrivateKey}"));
        if (tls.InsecureSkipVerify)
            common.ValidationContext = new CertificateValidationContext();
        else
            common.CombinedValidationContext = TransportSockets.Validation(tls, File(tls, $"file-root:{(tls.CaCertificates.Length > 0 ? tls.CaCertificates : System)}"));
    }

    private static SdsSecretConfig File(UpstreamTls tls, string name) =>
        tls.SeparateFileServer ? SdsSecretConfigs.From(name, ClusterNames.SdsFilesServer) : SdsSecretConfigs.FromFiles(name);

    private static void FromCredential(CommonTlsContext common, UpstreamTls tls)
    {
        if (tls.Mode == UpstreamTlsMode.Mutual)
            common.TlsCertificateSdsSecretConfigs.Add(Secret(tls, tls.CredentialName));
        if (!tls.InsecureSkipVerify)
            common.CombinedValidationContext = TransportSockets.Validation(tls, Secret(tls, tls.CredentialName + RootsSuffix));
    }

    /// <summary>A secret by its name: Istio's own, one of the user's server, else one that the control plane serves.</summary>
    private static SdsSecretConfig Secret(UpstreamTls tls, string name)
    {
        if (name.StartsWith(BuiltinScheme, StringComparison.Ordinal))
            return SdsSecretConfigs.FromAgent(name.EndsWith(RootsSuffix, StringComparison.Ordinal) ? SdsSecretConfigs.MeshRoots : SdsSecretConfigs.WorkloadCertificate);
        if (tls.SeparateSecretServer && name.StartsWith(ExternalScheme, StringComparison.Ordinal))
            return SdsSecretConfigs.From(name, ClusterNames.ExternalSdsServer);
        return new SdsSecretConfig
        {
            Name = name.Contains("://", StringComparison.Ordinal) ? name : KubernetesScheme + name,
            SdsConfig = new ConfigSource { Ads = new AggregatedConfigSource(), ResourceApiVersion = ApiVersion.V3 },
        };
    }
}
