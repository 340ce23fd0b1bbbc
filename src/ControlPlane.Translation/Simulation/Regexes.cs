using System.Collections.Concurrent;
using System.Text.RegularExpressions;

namespace ControlPlane.Translation.Simulation;

/// <summary>
/// Regular expressions as Envoy takes them. It uses RE2, whose language is close to that of .NET without look-around and back references, which the
/// engine without backtracking refuses as well; both take time linear in the text.
/// </summary>
internal static class Regexes
{
    private const int MostKept = 1024;

    private static readonly ConcurrentDictionary<string, Regex?> Whole = new(StringComparer.Ordinal);

    /// <summary>Whether a whole text matches; false for an expression that can't be read, which a proxy would not have taken.</summary>
    public static bool MatchesWhole(string pattern, string text)
    {
        if (!Whole.TryGetValue(pattern, out var regex))
        {
            regex = Parse($@"\A(?:{pattern})\z");
            if (Whole.Count < MostKept)
                Whole[pattern] = regex;
        }

        return regex?.IsMatch(text) ?? false;
    }

    /// <summary>Replaces all matches, with groups written \1 in the substitution.</summary>
    public static string Replace(string pattern, string text, string substitution) =>
        Parse(pattern) is { } regex ? regex.Replace(text, match => Expand(match, substitution)) : text;

    private static string Expand(Match match, string substitution)
    {
        var result = new System.Text.StringBuilder();
        for (var i = 0; i < substitution.Length; i++)
        {
            if (substitution[i] != '\\' || i + 1 == substitution.Length)
                result.Append(substitution[i]);
            else if (char.IsAsciiDigit(substitution[++i]))
                result.Append(match.Groups[substitution[i] - '0'].Value);
            else
                result.Append(substitution[i]);
        }

        return result.ToString();
    }

    private static Regex? Parse(string pattern)
    {
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
