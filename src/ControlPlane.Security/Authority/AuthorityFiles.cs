using System.Collections.Immutable;

namespace ControlPlane.Security.Authority;

/// <summary>What a store holds: texts by name, as the data of Istio's Secret istio-ca-secret has them. Holds private keys; shows only names.</summary>
public sealed class AuthorityFiles
{
    /// <summary>The signing certificate.</summary>
    public const string Certificate = "ca-cert.pem";

    /// <summary>Its private key.</summary>
    public const string Key = "ca-key.pem";

    /// <summary>The certificates between it and the root.</summary>
    public const string Chain = "cert-chain.pem";

    /// <summary>The roots that are trusted.</summary>
    public const string Roots = "root-cert.pem";

    /// <summary>What is revoked, of a plugged-in authority (Istio's name).</summary>
    public const string Revoked = "ca-crl.pem";

    /// <summary>Makes the content of a store.</summary>
    public AuthorityFiles(IEnumerable<KeyValuePair<string, string>> texts) => Texts = texts.ToImmutableSortedDictionary(StringComparer.Ordinal);

    /// <summary>The texts by name. Never to be logged.</summary>
    public ImmutableSortedDictionary<string, string> Texts { get; }

    /// <summary>The authority as files.</summary>
    public static AuthorityFiles Of(AuthorityMaterial material)
    {
        ArgumentNullException.ThrowIfNull(material);
        return new AuthorityFiles(
        [
            new(Certificate, material.CertificatePem), new(Key, material.KeyPem), new(Chain, material.ChainPem), new(Roots, material.RootsPem),
        ]);
    }

    /// <summary>The authority of the files; a root that signs for itself needs no roots beside it.</summary>
    /// <exception cref="AuthorityException">Certificate or key are missing.</exception>
    public AuthorityMaterial ToMaterial(string origin)
    {
        var certificate = Text(Certificate);
        var key = Text(Key);
        if (certificate.Length == 0 || key.Length == 0)
            throw new AuthorityException($"{origin} lacks {(certificate.Length == 0 ? Certificate : Key)}; restore it from a backup");
        var roots = Text(Roots);
        return new AuthorityMaterial(certificate, key, Text(Chain), roots.Length == 0 ? certificate : roots);
    }

    /// <summary>The same files with some replaced or, where null, removed.</summary>
    public AuthorityFiles With(params (string Name, string? Text)[] changes)
    {
        ArgumentNullException.ThrowIfNull(changes);
        var texts = Texts;
        foreach (var (name, text) in changes)
            texts = text is null ? texts.Remove(name) : texts.SetItem(name, text);
        return new AuthorityFiles(texts);
    }

    /// <summary>Whether all names and texts are the same.</summary>
    public bool SameAs(AuthorityFiles other)
    {
        ArgumentNullException.ThrowIfNull(other);
        return Texts.SequenceEqual(other.Texts);
    }

    /// <summary>A text, "" where it is missing.</summary>
    public string Text(string name) => Texts.GetValueOrDefault(name, "");

    /// <summary>The names of the files.</summary>
    public override string ToString() => string.Join(", ", Texts.Keys);
}
