using System.Net.Security;
using System.Security.Cryptography.X509Certificates;

namespace ControlPlane.FeatureTests.Identity;

/// <summary>What a workload shows to its peers and checks them against, ready for handshakes.</summary>
internal sealed class Credentials
{
    /// <param name="chain">Its certificate and what stands between that and the root, PEM.</param>
    /// <param name="key">The private key, PEM.</param>
    /// <param name="roots">What it trusts, PEM.</param>
    public Credentials(string chain, string key, string roots)
    {
        Roots = roots;
        Policy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck, DisableCertificateDownloads = true };
        Policy.CustomTrustStore.ImportFromPem(roots);
        var all = new X509Certificate2Collection();
        all.ImportFromPem(chain);
        Leaf = all[0];
        all.RemoveAt(0);
        Shown = SslStreamCertificateContext.Create(X509Certificate2.CreateFromPem(chain, key), all, offline: true);
    }

    /// <summary>The roots that it trusts, PEM.</summary>
    public string Roots { get; }

    /// <summary>Its certificate, without the key.</summary>
    public X509Certificate2 Leaf { get; }

    /// <summary>Its certificate, for handshakes.</summary>
    public SslStreamCertificateContext Shown { get; }

    /// <summary>How it checks peers.</summary>
    public X509ChainPolicy Policy { get; }
}
