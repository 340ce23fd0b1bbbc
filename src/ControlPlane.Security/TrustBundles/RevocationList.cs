using System.Collections.Frozen;
using System.Formats.Asn1;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using ControlPlane.Security.Authority;

namespace ControlPlane.Security.TrustBundles;

/// <summary>
/// The certificates that their issuers have revoked (CRLs, RFC 5280, 5): those of a plugged-in authority, which its operator keeps up. Each list is
/// signed by one of the authorities it was read for. Immutable.
/// </summary>
public sealed class RevocationList
{
    /// <summary>Greatest size of the lists, PEM: what a ConfigMap can hold.</summary>
    public const int MaxLength = 1_000_000;

    private const string Label = "X509 CRL";

    // Those who have a list, by name; issuer and serial number of what is revoked, as KeyOf has them.
    private readonly FrozenSet<string> _issuers;
    private readonly FrozenSet<string> _revoked;

    private RevocationList(string pem, IReadOnlyList<SignedRevocationList> lists)
    {
        Pem = pem;
        _issuers = lists.Select(list => list.Issuer).ToFrozenSet(StringComparer.Ordinal);
        _revoked = lists.SelectMany(list => list.Serials.Select(serial => Key(list.Issuer, serial.Span))).ToFrozenSet(StringComparer.Ordinal);
        NextUpdate = lists.Min(list => list.NextUpdate);
    }

    /// <summary>No list at all.</summary>
    public static RevocationList None { get; } = new("", []);

    /// <summary>The lists as they were given; "" for none.</summary>
    public string Pem { get; }

    /// <summary>When the first of the lists should have been replaced: from then on Envoy refuses all certificates of its issuer. Null where none says.</summary>
    public DateTimeOffset? NextUpdate { get; }

    /// <summary>Reads lists, one PEM block each.</summary>
    /// <param name="pem">The lists; "" for none.</param>
    /// <param name="authorities">Who may have signed them.</param>
    /// <param name="what">What is read, for messages.</param>
    /// <exception cref="AuthorityException">They are too long, a block is no list, or not one that its issuer, one of the authorities, has signed.</exception>
    public static RevocationList Read(string pem, IEnumerable<X509Certificate2> authorities, string what)
    {
        ArgumentNullException.ThrowIfNull(pem);
        ArgumentNullException.ThrowIfNull(authorities);
        if (pem.Length == 0)
            return None;
        if (pem.Length > MaxLength)
            throw new AuthorityException($"{what} has {pem.Length} characters, more than {MaxLength}");
        var lists = new List<SignedRevocationList>();
        try
        {
            for (var rest = pem.AsSpan(); PemEncoding.TryFind(rest, out var fields); rest = rest[fields.Location.End..])
            {
                if (!rest[fields.Label].SequenceEqual(Label))
                    throw new AuthorityException($"{what} holds a block that is no {Label}");
                var list = SignedRevocationList.Parse(Convert.FromBase64String(rest[fields.Base64Data].ToString()), what);
                list.Verify(authorities, what);
                lists.Add(list);
            }
        }
        catch (Exception fault) when (fault is AsnContentException or FormatException or CryptographicException)
        {
            throw new AuthorityException($"{what} holds a list that can't be read: {fault.Message}", fault);
        }

        return lists.Count > 0 ? new RevocationList(pem, lists) : throw new AuthorityException($"there is no {Label} in {what}");
    }

    /// <summary>What a certificate is known by in lists: its issuer and serial number.</summary>
    public static string KeyOf(X509Certificate2 certificate)
    {
        ArgumentNullException.ThrowIfNull(certificate);
        return Key(certificate.IssuerName.Name, certificate.SerialNumberBytes.Span);
    }

    /// <summary>Whether a certificate is on the list of its issuer.</summary>
    public bool Contains(X509Certificate2 certificate) => _revoked.Count > 0 && Contains(KeyOf(certificate));

    /// <summary>Whether the certificate of that <see cref="KeyOf"/> is on the list of its issuer.</summary>
    public bool Contains(string key) => _revoked.Contains(key);

    /// <summary>Whether an authority has a list.</summary>
    public bool IsOf(X509Certificate2 authority)
    {
        ArgumentNullException.ThrowIfNull(authority);
        return _issuers.Contains(authority.SubjectName.Name);
    }

    private static string Key(string issuer, ReadOnlySpan<byte> serial) => $"{issuer} {Convert.ToHexString(serial.TrimStart((byte)0))}";
}
