using Envoy.Config.Core.V3;
using Envoy.Extensions.TransportSockets.Tls.V3;

namespace ControlPlane.Translation.Envoy.Capabilities;

/// <summary>
/// Secrets whose name says in which files of the proxy's machine they lie, as istiod names them: Istio's agent reads the files, an Envoy without
/// one is told their names. A file that is replaced by renaming is read again.
/// </summary>
public static class FileSecrets
{
    /// <summary>Begins the name of a certificate with its key: file-cert:CERTIFICATE~KEY.</summary>
    public const string CertificatePrefix = "file-cert:";

    /// <summary>Begins the name of trust anchors: file-root:FILE, or file-root:system for those of the operating system.</summary>
    public const string RootPrefix = "file-root:";

    /// <summary>
    /// Where the images of Envoy keep the anchors of the operating system. system_root_certs would be shorter, but Envoy doesn't take it beside
    /// subject alternative names or a revocation list.
    /// </summary>
    public const string SystemBundle = "/etc/ssl/certs/ca-certificates.crt";

    private const string SystemRoot = "system";
    private const char Separator = '~';

    /// <summary>The secret of a name, or null where the name is not one of a file or a part of it is empty.</summary>
    public static Secret? Resolve(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        if (name.StartsWith(CertificatePrefix, StringComparison.Ordinal))
            return Certificate(name, name[CertificatePrefix.Length..].Split(Separator));
        if (!name.StartsWith(RootPrefix, StringComparison.Ordinal) || name.Length == RootPrefix.Length)
            return null;
        var file = name[RootPrefix.Length..];
        return new Secret
        {
            Name = name,
            ValidationContext = new CertificateValidationContext { TrustedCa = File(file == SystemRoot ? SystemBundle : file) },
        };
    }

    private static Secret? Certificate(string name, string[] files) =>
        files is [{ Length: > 0 } chain, { Length: > 0 } key]
            ? new Secret { Name = name, TlsCertificate = new TlsCertificate { CertificateChain = File(chain), PrivateKey = File(key) } }
            : null;

    private static DataSource File(string path) => new() { Filename = path };
}
