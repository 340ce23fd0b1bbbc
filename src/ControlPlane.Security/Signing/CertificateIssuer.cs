using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using ControlPlane.Security.Authority;

namespace ControlPlane.Security.Signing;

/// <summary>Issues certificates with the current authority. Safe for concurrent use.</summary>
/// <param name="current">The authority.</param>
/// <param name="policy">Lifetimes.</param>
/// <param name="time">Wall clock of validity.</param>
public sealed class CertificateIssuer(CurrentAuthority current, CertificatePolicy policy, TimeProvider time)
{
    private const int SerialBytes = 16;

    private static readonly X500DistinguishedName NoSubject = new("");

    /// <summary>Lifetimes.</summary>
    public CertificatePolicy Policy => policy;

    /// <summary>Issues a certificate that ends no later than the signing certificate.</summary>
    /// <param name="key">The public key of the one who gets it; checked by <see cref="CsrReader"/> or made here.</param>
    /// <param name="names">Whom it names: what was proven.</param>
    /// <param name="lifetime">How long it lives from now on.</param>
    /// <exception cref="IssuanceException">There is no authority yet, or its certificate is not valid now.</exception>
    public IssuedCertificate Issue(PublicKey key, CertificateNames names, TimeSpan lifetime)
    {
        ArgumentNullException.ThrowIfNull(names);
        var authority = current.Value ?? throw new IssuanceException("the authority has not been read yet", isTransient: true);
        var now = time.GetUtcNow();
        if (authority.NotAfter <= now)
            throw new IssuanceException($"the signing certificate has expired at {authority.NotAfter:O}");
        var notAfter = now + lifetime < authority.NotAfter ? now + lifetime : authority.NotAfter;
        var notBefore = now - CertificatePolicy.BackDating;
        var request = new CertificateRequest(NoSubject, key, authority.Key.Hash);
        CertificateForm.Apply(request, authority.Certificate, names);
        var serial = NewSerial();

        // The overload that takes the issuer's certificate refuses other key types than its own, and leaves that begin before it does.
        var certificate = request.Create(authority.Certificate.SubjectName, authority.Key.Generator, notBefore, notAfter, serial);
        return new IssuedCertificate(certificate, authority, notBefore, notAfter, Convert.ToHexStringLower(serial));
    }

    // Random, positive, and never shorter than it looks (RFC 5280, 4.1.2.2).
    private static byte[] NewSerial()
    {
        var serial = RandomNumberGenerator.GetBytes(SerialBytes);
        serial[0] = (byte)((serial[0] & 0x7F) | 0x40);
        return serial;
    }
}
