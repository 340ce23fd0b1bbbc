using System.Diagnostics.CodeAnalysis;

namespace ControlPlane.Security.Identities;

/// <summary>
/// The identity of a workload, spiffe://TRUST-DOMAIN/ns/NAMESPACE/sa/SERVICE-ACCOUNT. Its parts are checked, so that no text of a caller can
/// change the meaning of a certificate or a log line.
/// </summary>
public sealed record SpiffeId
{
    /// <summary>What every identity begins with.</summary>
    public const string Scheme = "spiffe://";

    private const int MaxTrustDomain = 255, MaxNamespace = 63, MaxServiceAccount = 253;

    private SpiffeId(string trustDomain, string space, string serviceAccount)
    {
        TrustDomain = trustDomain;
        Namespace = space;
        ServiceAccount = serviceAccount;
    }

    /// <summary>The trust domain: lower-case letters, digits, '.', '-' and '_' (SPIFFE ID 2.1), at most 255.</summary>
    public string TrustDomain { get; }

    /// <summary>The namespace: a DNS label.</summary>
    public string Namespace { get; }

    /// <summary>The service account: a DNS subdomain.</summary>
    public string ServiceAccount { get; }

    /// <summary>Makes an identity.</summary>
    /// <exception cref="ArgumentException">A part is not of its form; the message says which.</exception>
    public static SpiffeId Create(string trustDomain, string @namespace, string serviceAccount)
    {
        if (!IsTrustDomain(trustDomain))
            throw new ArgumentException($"'{trustDomain}' is no trust domain: lower-case letters, digits, '.', '-' and '_' are expected", nameof(trustDomain));
        if (!IsName(@namespace, MaxNamespace, dots: false))
            throw new ArgumentException("the namespace is no DNS label", nameof(@namespace));
        if (!IsName(serviceAccount, MaxServiceAccount, dots: true))
            throw new ArgumentException("the service account is no DNS subdomain", nameof(serviceAccount));
        return new SpiffeId(trustDomain, @namespace, serviceAccount);
    }

    /// <summary>Reads an identity; false where the text is not exactly one.</summary>
    public static bool TryParse(string? text, [NotNullWhen(true)] out SpiffeId? id)
    {
        id = null;
        if (text is null || !text.StartsWith(Scheme, StringComparison.Ordinal))
            return false;
        if (text[Scheme.Length..].Split('/') is not [var trustDomain, "ns", var space, "sa", var account]
            || !IsTrustDomain(trustDomain) || !IsName(space, MaxNamespace, dots: false) || !IsName(account, MaxServiceAccount, dots: true))
            return false;
        id = new SpiffeId(trustDomain, space, account);
        return true;
    }

    /// <summary>Whether a text can be the name of a namespace.</summary>
    public static bool IsNamespace(string? text) => IsName(text, MaxNamespace, dots: false);

    /// <summary>Whether a text can be the name of a service account.</summary>
    public static bool IsServiceAccount(string? text) => IsName(text, MaxServiceAccount, dots: true);

    /// <summary>The identity as a URI.</summary>
    public override string ToString() => $"{Scheme}{TrustDomain}/ns/{Namespace}/sa/{ServiceAccount}";

    private static bool IsTrustDomain(string? text) =>
        text is { Length: > 0 and <= MaxTrustDomain } && text.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c is '.' or '-' or '_');

    private static bool IsName(string? text, int max, bool dots) =>
        text is { Length: > 0 } && text.Length <= max
        && text.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '-' || (dots && c == '.'))
        && char.IsAsciiLetterOrDigit(text[0]) && char.IsAsciiLetterOrDigit(text[^1])
        && !text.Contains("..", StringComparison.Ordinal);
}
