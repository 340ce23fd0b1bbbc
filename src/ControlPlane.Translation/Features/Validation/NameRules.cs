using System.Text.RegularExpressions;

namespace ControlPlane.Translation.Features.Validation;

/// <summary>Which names and addresses Istio accepts.</summary>
internal static partial class NameRules
{
    private const int MaxDomainLength = 255;
    private const int MaxLabelLength = 63;
    private const int MaxPort = 65535;

    /// <summary>Whether a text is a DNS label, in any case.</summary>
    public static bool IsLabel(string text) => text.Length <= MaxLabelLength && Label().IsMatch(text);

    /// <summary>Whether a text is a domain name without wildcards.</summary>
    public static bool IsDomain(string text) => text.Length is > 0 and <= MaxDomainLength && AreLabels(text.Split('.'));

    /// <summary>Whether a text is a domain name whose first label may be, or begin with, a wildcard.</summary>
    public static bool IsWildcardDomain(string text)
    {
        if (text.Length is 0 or > MaxDomainLength)
            return false;
        var dot = text.IndexOf('.', StringComparison.Ordinal);
        var first = dot < 0 ? text : text[..dot];
        var plain = first.StartsWith("*-", StringComparison.Ordinal) ? first[2..] : first.StartsWith('*') ? first[1..] : first;
        return (plain.Length == 0 ? first == "*" : IsLabel(plain)) && (dot < 0 || AreLabels(text[(dot + 1)..].Split('.')));
    }

    /// <summary>Whether a wildcard stands for a part of a label only, or for nothing that is matched.</summary>
    public static bool IsPartialWildcard(string host) => host.Contains('*', StringComparison.Ordinal) && host.Length != 1 && !host.StartsWith("*.", StringComparison.Ordinal);

    /// <summary>Whether a host has a wildcard in front.</summary>
    public static bool IsWildcard(string host) => host.StartsWith('*');

    /// <summary>Whether a number is a port.</summary>
    public static bool IsPort(long number) => number is >= 1 and <= MaxPort;

    /// <summary>Whether a label of a Kubernetes object is well formed.</summary>
    public static bool IsObjectLabel(string key, string value) => LabelKey().IsMatch(key) && value.Length <= MaxLabelLength && LabelValue().IsMatch(value);

    private static bool AreLabels(string[] labels)
    {
        // A dot at the end names the root.
        var count = labels.Length > 1 && labels[^1].Length == 0 ? labels.Length - 1 : labels.Length;
        return labels.Take(count).All(IsLabel) && !labels[count - 1].All(char.IsAsciiDigit);
    }

    // "\z" and not "$", before which a line break may stand.
    [GeneratedRegex("^[a-zA-Z0-9]([-a-zA-Z0-9]*[a-zA-Z0-9])?\\z", RegexOptions.CultureInvariant)]
    private static partial Regex Label();

    [GeneratedRegex("^([-a-zA-Z0-9.]{1,253}/)?[a-zA-Z0-9]([-_.a-zA-Z0-9]{0,61}[a-zA-Z0-9])?\\z", RegexOptions.CultureInvariant)]
    private static partial Regex LabelKey();

    [GeneratedRegex("^([a-zA-Z0-9]([-_.a-zA-Z0-9]*[a-zA-Z0-9])?)?\\z", RegexOptions.CultureInvariant)]
    private static partial Regex LabelValue();
}
