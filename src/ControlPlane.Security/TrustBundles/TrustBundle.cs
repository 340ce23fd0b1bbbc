using System.Security.Cryptography.X509Certificates;
using ControlPlane.Security.Authority;

namespace ControlPlane.Security.TrustBundles;

/// <summary>Roots that peers are checked against. Immutable; nothing of the machine's own store counts.</summary>
public sealed class TrustBundle
{
    private readonly X509Certificate2Collection _roots;

    private TrustBundle(X509Certificate2Collection roots)
    {
        _roots = roots;
        Pem = Pems.Write(roots);
    }

    /// <summary>The roots, one block each, in one text.</summary>
    public string Pem { get; }

    /// <summary>The roots.</summary>
    public IEnumerable<X509Certificate2> Roots => _roots;

    /// <summary>Reads a bundle; a root that is there twice counts once.</summary>
    /// <param name="pem">The roots.</param>
    /// <param name="what">What is read, for messages.</param>
    /// <exception cref="AuthorityException">There is no root in it, or a block is no certificate.</exception>
    public static TrustBundle Read(string pem, string what)
    {
        var all = Pems.Read(pem, what);
        if (all.Count == 0)
            throw new AuthorityException($"there is no certificate in {what}");
        var roots = new X509Certificate2Collection();
        foreach (var root in all.DistinctBy(root => root.Thumbprint, StringComparer.Ordinal))
            roots.Add(root);
        return new TrustBundle(roots);
    }

    /// <summary>Whether a certificate is one of the roots.</summary>
    public bool Contains(X509Certificate2 certificate)
    {
        ArgumentNullException.ThrowIfNull(certificate);
        return _roots.Any(root => root.RawDataMemory.Span.SequenceEqual(certificate.RawDataMemory.Span));
    }

    /// <summary>How chains are built: to these roots only, without asking anyone on the network.</summary>
    public X509ChainPolicy CreatePolicy()
    {
        var policy = new X509ChainPolicy
        {
            TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck, DisableCertificateDownloads = true,
        };
        policy.CustomTrustStore.AddRange(_roots);
        return policy;
    }

    /// <summary>Whether a certificate leads to one of the roots.</summary>
    /// <param name="certificate">The certificate.</param>
    /// <param name="intermediates">What the peer sent along.</param>
    /// <param name="at">When; null to leave times out of account.</param>
    /// <param name="reason">Why not; "" where it does.</param>
    public bool Trusts(X509Certificate2 certificate, X509Certificate2Collection intermediates, DateTimeOffset? at, out string reason)
    {
        using var chain = new X509Chain { ChainPolicy = CreatePolicy() };
        chain.ChainPolicy.ExtraStore.AddRange(intermediates);
        if (at is { } time)
            chain.ChainPolicy.VerificationTime = time.LocalDateTime;
        else
            chain.ChainPolicy.VerificationFlags = X509VerificationFlags.IgnoreNotTimeValid;
        var trusted = chain.Build(certificate);
        reason = trusted ? "" : string.Join("; ", chain.ChainStatus.Select(status => status.StatusInformation.Trim()).Distinct(StringComparer.Ordinal));
        foreach (var element in chain.ChainElements)
            element.Certificate.Dispose();
        return trusted;
    }
}
