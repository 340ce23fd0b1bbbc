using System.Text.RegularExpressions;

namespace ControlPlane.Translation.Features.EnvoyFilter;

/// <summary>Regular expressions that select proxies by their version. Their length is bounded, as istiod's is, and no expression backtracks.</summary>
internal static class ProxyVersions
{
    /// <summary>Most characters of an expression.</summary>
    public const int MaxLength = 1024;

    /// <summary>The expression; null for one that is too long or can't be read.</summary>
    public static Regex? Parse(string pattern)
    {
        if (pattern.Length > MaxLength)
            return null;
        try
        {
            return new Regex(pattern, RegexOptions.NonBacktracking | RegexOptions.CultureInvariant);
        }
        catch (Exception fault) when (fault is ArgumentException or NotSupportedException)
        {
            return null;
        }
    }
}
