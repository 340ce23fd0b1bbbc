using System.Security.Cryptography;
using ControlPlane.Security.Authority;

namespace ControlPlane.Security.Signing;

/// <summary>Issues certificates with the current authority. Safe for concurrent use.</summary>
/// <param name="current">The authority.</param>
/// <param name="policy">Lifetimes.</param>
/// <param name="time">Wall clock of validity.</param>
public sealed class CertificateIssuer(CurrentAuthority current, CertificatePolicy policy, TimeProvider time)
{
    private const int SerialBytes = 16;

    /// <summary>Lifetimes.</summary>
    public CertificatePolicy Policy => policy;

    /// <summary>Issues a certificate that ends no later than the signing certificate.</summary>
    /// <param name="key">The public key of the one who gets it; checked by <see cref="CsrReader"/> or made here.</param>
    /// <param name="names">Whom it names: what was proven.</param>
    /// <param name="lifetime">How long it lives from now on.</param>
    /// <exception cref="IssuanceException">There is no authority yet, or its certificate is not valid now.</exception>
    public IssuedCertificate Issue(SubjectKey key, CertificateNames names, TimeSpan lifetime)
    {
        ArgumentNullException.ThrowIfNull(key);
        ArgumentNullException.ThrowIfNull(names);
        var authority = current.Value ?? throw new IssuanceException("the authority has not been read yet", isTransient: true);
        var now = time.GetUtcNow();
        if (authority.NotAfter <= now)
            throw new IssuanceException($"the signing certificate has expired at {authority.NotAfter:O}");
        var notAfter = WholeSeconds(now + lifetime < authority.NotAfter ? now + lifetime : authority.NotAfter);
        var notBefore = WholeSeconds(now - CertificatePolicy.BackDating);
        var serial = NewSerial();
        var encoded = CertificateForm.Write(authority, key, names, serial, notBefore, notAfter);
        return new IssuedCertificate(encoded, authority, notBefore, notAfter, Convert.ToHexStringLower(serial));
    }

    // Certificates know no fractions.
    private static DateTimeOffset WholeSeconds(DateTimeOffset time) => DateTimeOffset.FromUnixTimeSeconds(time.ToUnixTimeSeconds());

    // Random, positive, and never shorter than it looks (RFC 5280, 4.1.2.2).
    private static byte[] NewSerial()
    {
        var serial = RandomNumberGenerator.GetBytes(SerialBytes);
        serial[0] = (byte)((serial[0] & 0x7F) | 0x40);
        return serial;
    }
}
