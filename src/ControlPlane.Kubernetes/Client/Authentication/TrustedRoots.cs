using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using ControlPlane.Kubernetes.Client.Configuration;

namespace ControlPlane.Kubernetes.Client.Authentication;

/// <summary>
/// Decides whether a server's certificate is trusted. The file of authorities is read again when it has changed; an empty or broken
/// one keeps the old authorities, for a rotation must not cut the connection.
/// </summary>
internal sealed class TrustedRoots(ClusterConnection connection)
{
    private readonly Lock _lock = new();
    private X509Certificate2Collection _roots = [];
    private DateTime _time;

    /// <summary>The callback of the TLS handshake.</summary>
    public bool Validate(X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors)
    {
        if (connection.InsecureSkipTlsVerify)
            return true;
        // The authorities decide about the chain; a missing certificate or a wrong name is never forgiven.
        if (certificate is null || (errors & ~SslPolicyErrors.RemoteCertificateChainErrors) != SslPolicyErrors.None)
            return false;
        if (connection.CaFile.Length == 0 && connection.CaData.IsEmpty)
            return errors == SslPolicyErrors.None;
        using var own = new X509Chain();
        own.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        own.ChainPolicy.CustomTrustStore.AddRange(Roots());
        own.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        own.ChainPolicy.ApplicationPolicy.Add(new Oid("1.3.6.1.5.5.7.3.1")); // server authentication
        foreach (var element in chain?.ChainElements.Skip(1) ?? [])
            own.ChainPolicy.ExtraStore.Add(element.Certificate);
        using var leaf = new X509Certificate2(certificate);
        return own.Build(leaf);
    }

    private X509Certificate2Collection Roots()
    {
        lock (_lock)
        {
            try
            {
                var time = connection.CaData.IsEmpty ? File.GetLastWriteTimeUtc(connection.CaFile) : default;
                if (_roots.Count > 0 && time == _time)
                    return _roots;
                var read = new X509Certificate2Collection();
                read.ImportFromPem(connection.CaData.IsEmpty ? File.ReadAllText(connection.CaFile) : Encoding.ASCII.GetString(connection.CaData.Span));
                if (read.Count > 0)
                    (_roots, _time) = (read, time);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException or CryptographicException)
            {
                // The old authorities stay.
            }

            return _roots;
        }
    }
}
