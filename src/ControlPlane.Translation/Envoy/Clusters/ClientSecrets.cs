using ControlPlane.Translation.Envoy.Names;
using ControlPlane.Translation.Envoy.Secrets;
using Envoy.Config.Core.V3;
using Envoy.Extensions.TransportSockets.Tls.V3;

namespace ControlPlane.Translation.Envoy.Clusters;

/// <summary>Where a cluster that originates TLS finds its certificates: files that the agent serves, or secrets by name.</summary>
internal static class ClientSecrets
{
    private const string System = "system";
    private const string KubernetesScheme = "kubernetes://";
    private const string ConfigMapScheme = "configmap://";
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
            common.TlsCertificateSdsSecretConfigs.Add(SdsSecretConfigs.FromFiles($"file-cert:{tls.ClientCertificate}~{tls.PrivateKey}"));
        if (tls.InsecureSkipVerify)
            common.ValidationContext = new CertificateValidationContext();
        else
            common.CombinedValidationContext = TransportSockets.Validation(tls, SdsSecretConfigs.FromFiles($"file-root:{(tls.CaCertificates.Length > 0 ? tls.CaCertificates : System)}"));
    }

    private static void FromCredential(CommonTlsContext common, UpstreamTls tls)
    {
        if (tls.Mode == UpstreamTlsMode.Mutual)
            common.TlsCertificateSdsSecretConfigs.Add(OverAds(ResourceName(tls.CredentialName)));
        if (tls.InsecureSkipVerify)
        {
            common.ValidationContext = new CertificateValidationContext();
            return;
        }

        var roots = ResourceName(tls.CredentialName);
        common.CombinedValidationContext = TransportSockets.Validation(
            tls, OverAds(roots.StartsWith(ConfigMapScheme, StringComparison.Ordinal) || roots.EndsWith(RootsSuffix, StringComparison.Ordinal) ? roots : roots + RootsSuffix));
    }

    private static string ResourceName(string credential) => credential.Contains("://", StringComparison.Ordinal) ? credential : KubernetesScheme + credential;

    private static SdsSecretConfig OverAds(string name) => new()
    {
        Name = name,
        SdsConfig = new ConfigSource { Ads = new AggregatedConfigSource(), ResourceApiVersion = ApiVersion.V3 },
    };
}
