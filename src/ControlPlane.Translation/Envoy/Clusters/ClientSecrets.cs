using ControlPlane.Translation.Envoy.Names;
using ControlPlane.Translation.Envoy.Secrets;
using Envoy.Extensions.TransportSockets.Tls.V3;

namespace ControlPlane.Translation.Envoy.Clusters;

/// <summary>Where a cluster that originates TLS finds its certificates: files that the agent serves, or secrets by name.</summary>
internal static class ClientSecrets
{
    private const string System = "system";

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
            common.TlsCertificateSdsSecretConfigs.Add(File(tls, SecretNames.FileCertificate(tls.ClientCertificate, tls.PrivateKey)));
        if (tls.InsecureSkipVerify)
            common.ValidationContext = new CertificateValidationContext();
        else
            common.CombinedValidationContext = TransportSockets.Validation(tls, File(tls, SecretNames.FileRoots(tls.CaCertificates.Length > 0 ? tls.CaCertificates : System)));
    }

    private static SdsSecretConfig File(UpstreamTls tls, string name) =>
        tls.SeparateFileServer ? SdsSecretConfigs.From(name, ClusterNames.SdsFilesServer) : SdsSecretConfigs.FromFiles(name);

    private static void FromCredential(CommonTlsContext common, UpstreamTls tls)
    {
        if (tls.Mode == UpstreamTlsMode.Mutual)
            common.TlsCertificateSdsSecretConfigs.Add(Secret(tls, tls.CredentialName));
        if (!tls.InsecureSkipVerify)
            common.CombinedValidationContext = TransportSockets.Validation(tls, Secret(tls, tls.CredentialName + SecretNames.RootsSuffix));
    }

    private static SdsSecretConfig Secret(UpstreamTls tls, string name) => CredentialReferences.Of(name, tls.SeparateSecretServer, null)!;
}
