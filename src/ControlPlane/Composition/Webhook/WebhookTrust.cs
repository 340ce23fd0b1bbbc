using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using ControlPlane.Kubernetes.Writers;
using ControlPlane.Options;

namespace ControlPlane.Composition.Webhook;

/// <summary>By what the API server knows the webhooks: the mesh's roots, or the certificates of the files that the server was given.</summary>
internal sealed class WebhookTrust(WebhookOptions options, IRootCertificates roots)
{
    private string _ofFile = "";

    /// <summary>Raised after the roots have changed.</summary>
    public event Action? Changed
    {
        add => roots.Changed += value;
        remove => roots.Changed -= value;
    }

    /// <summary>The certificates as a configuration holds them, base64 of PEM; "" as long as there are none.</summary>
    public string CaBundle => Convert.ToBase64String(Encoding.UTF8.GetBytes(options.CertificateFile.Length == 0 ? roots.Pem : OfFile()));

    private string OfFile()
    {
        try
        {
            var chain = new X509Certificate2Collection();
            chain.ImportFromPemFile(options.CertificateFile);
            _ofFile = chain.ExportCertificatePems();
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException or CryptographicException)
        {
            // While it is being replaced, what it held before.
        }

        return _ofFile;
    }
}
