namespace ControlPlane.Commands.Bootstrap;

/// <summary>What a bootstrap is made from.</summary>
/// <param name="NodeId">The node id: sidecar~IP~POD.NAMESPACE~DOMAIN.</param>
/// <param name="ServiceAccount">The service account that the proxy proves.</param>
/// <param name="Labels">The labels of its pod.</param>
/// <param name="Host">Host of the control plane.</param>
/// <param name="Port">Port of xDS over TLS.</param>
/// <param name="ServerName">The name that the server's certificate must have.</param>
/// <param name="RootFile">The roots that it must lead to.</param>
/// <param name="TokenFile">The token; null where a certificate proves the caller.</param>
/// <param name="CertificateFile">The client certificate with its chain; null where a token proves the caller.</param>
/// <param name="KeyFile">Its key.</param>
/// <param name="AdminPort">Port of the admin interface on loopback.</param>
/// <param name="StateOfTheWorld">Whether state of the world is asked for in place of delta.</param>
internal sealed record BootstrapRequest(
    string NodeId,
    string ServiceAccount,
    IReadOnlyDictionary<string, string> Labels,
    string Host,
    int Port,
    string ServerName,
    string RootFile,
    string? TokenFile,
    string? CertificateFile,
    string? KeyFile,
    int AdminPort,
    bool StateOfTheWorld)
{
    /// <summary>The file that tells Envoy to read the token and to follow it.</summary>
    public string TokenSdsFile => TokenFile + ".sds.json";
}
