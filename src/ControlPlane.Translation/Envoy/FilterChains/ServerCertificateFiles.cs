using ControlPlane.Translation.Envoy.Names;
using ControlPlane.Translation.Views.Proxies;

namespace ControlPlane.Translation.Envoy.FilterChains;

/// <summary>Certificate files of a workload that brings its own (node metadata TLS_SERVER_*).</summary>
/// <param name="Certificate">Name by which the agent serves certificate and key, "" for the workload's own.</param>
/// <param name="Roots">Name by which the agent serves the roots, "" for those of the mesh.</param>
/// <param name="SeparateServer">Whether a server of its own serves files (metadata file-credential).</param>
public sealed record ServerCertificateFiles(string Certificate, string Roots, bool SeparateServer)
{
    /// <summary>No files.</summary>
    public static ServerCertificateFiles None { get; } = new("", "", false);

    /// <summary>The files of a class.</summary>
    public static ServerCertificateFiles Of(ProxyClass proxy)
    {
        var chain = proxy.MetadataText("TLS_SERVER_CERT_CHAIN");
        var key = proxy.MetadataText("TLS_SERVER_KEY");
        var roots = proxy.MetadataText("TLS_SERVER_ROOT_CERT");
        var certificate = string.IsNullOrEmpty(chain) || string.IsNullOrEmpty(key) ? "" : SecretNames.FileCertificate(chain, key);
        return new(certificate, string.IsNullOrEmpty(roots) ? "" : SecretNames.FileRoots(roots), proxy.MetadataText("file-credential") == "true");
    }
}
