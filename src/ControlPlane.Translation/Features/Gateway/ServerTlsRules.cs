using ControlPlane.Translation.Features.Validation;
using Istio.Networking.V1Alpha3;
using TlsMode = Istio.Networking.V1Alpha3.ServerTLSSettings.Types.TLSmode;

namespace ControlPlane.Translation.Features.Gateway;

/// <summary>What Istio's validation demands of the TLS settings of a server.</summary>
internal static class ServerTlsRules
{
    private const int MaxCertificates = 2;

    /// <summary>Checks settings; null for none.</summary>
    public static void Check(ServerTLSSettings? tls, string field, Problems problems)
    {
        if (tls is null)
            return;
        CheckVersions(tls, field, problems);
        if (tls.Mode == TlsMode.IstioMutual)
        {
            problems.Require(!NamesFiles(tls) && !NamesCredential(tls), field, "ISTIO_MUTUAL uses the proxy's own certificate: none can be given");
            return;
        }

        if (tls.Mode is TlsMode.Passthrough or TlsMode.AutoPassthrough && (NamesFiles(tls) || NamesCredential(tls) || tls.CaCrl.Length > 0))
            problems.Warn(field, "TLS is passed through: certificates have no effect");
        bool[] sources =
        [
            tls.ServerCertificate.Length > 0 && tls.PrivateKey.Length > 0, tls.CredentialName.Length > 0, tls.CredentialNames.Count > 0, tls.TlsCertificates.Count > 0,
        ];
        problems.Require(sources.Count(static s => s) <= 1, field, "credentialName, credentialNames, tlsCertificates, serverCertificate with privateKey: only one can be given");
        if (!EndsTls(tls) || NamesCredential(tls))
        {
            WarnOfUnused(tls, field, problems);
            return;
        }

        CheckFiles(tls, field, problems);
    }

    private static void CheckVersions(ServerTLSSettings tls, string field, Problems problems)
    {
        if (tls.MinProtocolVersion is ServerTLSSettings.Types.TLSProtocol.Tlsv10 or ServerTLSSettings.Types.TLSProtocol.Tlsv11 && tls.CipherSuites.Count == 0)
            problems.Warn(field + ".minProtocolVersion", "versions below TLSV1_2 need cipherSuites of their own: the default ones don't fit");
        var seen = new HashSet<string>(StringComparer.Ordinal);
        for (var i = 0; i < tls.CipherSuites.Count; i++)
        {
            var suite = tls.CipherSuites[i];
            if (!CipherSuites.IsKnown(suite))
                problems.Warn($"{field}.cipherSuites[{i}]", $"'{suite}' is no cipher suite and has no effect");
            else if (!seen.Add(suite))
                problems.Warn($"{field}.cipherSuites[{i}]", $"'{suite}' is listed twice");
        }
    }

    private static void CheckFiles(ServerTLSSettings tls, string field, Problems problems)
    {
        var mutual = tls.Mode != TlsMode.Simple;
        problems.Require(!mutual || tls.CaCertificates.Length > 0, field + ".caCertificates", "roots for the clients' certificates are required");
        if (tls.TlsCertificates.Count == 0)
        {
            problems.Require(tls.ServerCertificate.Length > 0, field + ".serverCertificate", "a certificate is required");
            problems.Require(tls.PrivateKey.Length > 0, field + ".privateKey", "a key is required");
        }

        for (var i = 0; i < tls.TlsCertificates.Count; i++)
        {
            problems.Require(tls.TlsCertificates[i].ServerCertificate.Length > 0, $"{field}.tlsCertificates[{i}].serverCertificate", "a certificate is required");
            problems.Require(tls.TlsCertificates[i].PrivateKey.Length > 0, $"{field}.tlsCertificates[{i}].privateKey", "a key is required");
            if (tls.TlsCertificates[i].CaCertificates.Length > 0)
                problems.Warn($"{field}.tlsCertificates[{i}].caCertificates", "it has no effect: write caCertificates of the server");
        }

        if (tls.TlsCertificates.Count > MaxCertificates)
            problems.Warn(field + ".tlsCertificates", "more than two certificates are not supported");
        problems.Require(mutual || tls.CaCrl.Length == 0, field + ".caCrl", "SIMPLE takes no certificates of clients that could be revoked");
        if (tls.Mode == TlsMode.Simple && tls.SubjectAltNames.Count > 0)
            problems.Warn(field + ".subjectAltNames", "it has no effect: SIMPLE takes no certificates of clients");
        if (tls.VerifyCertificateSpki.Count + tls.VerifyCertificateHash.Count > 0)
            problems.Warn(field, "verifyCertificateSpki and verifyCertificateHash have no effect on certificates in files");
    }

    private static void WarnOfUnused(ServerTLSSettings tls, string field, Problems problems)
    {
        if (EndsTls(tls) && tls.CaCrl.Length > 0)
            problems.Warn(field + ".caCrl", "it has no effect: the revocation list belongs into the secret");
    }

    private static bool EndsTls(ServerTLSSettings tls) => tls.Mode is TlsMode.Simple or TlsMode.Mutual or TlsMode.OptionalMutual;

    private static bool NamesCredential(ServerTLSSettings tls) => tls.CredentialName.Length > 0 || tls.CredentialNames.Count > 0;

    private static bool NamesFiles(ServerTLSSettings tls) =>
        tls.ServerCertificate.Length + tls.PrivateKey.Length + tls.CaCertificates.Length > 0 || tls.TlsCertificates.Count > 0;
}
