using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace ControlPlane.Security.Authority;

/// <summary>Reads and writes certificates as PEM, one block each, ending in a line feed so that blocks can be put together.</summary>
internal static class Pems
{
    public static string Write(X509Certificate2 certificate) => certificate.ExportCertificatePem() + "\n";

    public static string Write(IEnumerable<X509Certificate2> certificates) => string.Concat(certificates.Select(Write));

    /// <summary>All certificates of a text, in order.</summary>
    /// <exception cref="AuthorityException">A block is no certificate; the message names what was read.</exception>
    public static X509Certificate2Collection Read(string pem, string what)
    {
        var certificates = new X509Certificate2Collection();
        try
        {
            certificates.ImportFromPem(pem);
        }
        catch (CryptographicException fault)
        {
            throw new AuthorityException($"{what} holds a certificate that can't be read: {fault.Message}");
        }

        return certificates;
    }
}
