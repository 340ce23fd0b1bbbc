using System.IO.Enumeration;
using ControlPlane.Testing;

namespace ControlPlane.FeatureTests.Conformance;

/// <summary>Which of the shared cases must pass: tests/conformance-bar.txt without tests/conformance-pending.txt.</summary>
public static class ConformanceLists
{
    public const string Cases = "conformance/cases";

    /// <summary>The globs of the bar.</summary>
    public static IReadOnlyList<string> Families { get; } = [.. Lines("conformance-bar.txt")];

    /// <summary>Cases that wait, and why.</summary>
    public static IReadOnlyDictionary<string, string> Pending { get; } = Lines("conformance-pending.txt")
        .Select(line => line.Split(' ', 2, StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        .ToDictionary(parts => parts[0], parts => parts.Length > 1 ? parts[1] : "");

    /// <summary>All shared cases of a family, by name; none where the shared directory is absent.</summary>
    public static IReadOnlyList<string> CasesOf(string family) => SharedDirectory.ReasonToSkip(Cases) is not null
        ? []
        : [.. Directory.GetDirectories(SharedDirectory.Path(Cases)).Select(path => Path.GetFileName(path)!).Where(name => Matches(family, name)).Order(StringComparer.Ordinal)];

    // The globs are Python's: * and [a-b].
    private static bool Matches(string glob, string name)
    {
        int open = glob.IndexOf('[', StringComparison.Ordinal);
        if (open < 0)
            return FileSystemName.MatchesSimpleExpression(glob, name, ignoreCase: false);
        var (from, to) = (glob[open + 1], glob[open + 3]);
        return Enumerable.Range(from, to - from + 1).Any(c => Matches(glob[..open] + (char)c + glob[(open + 5)..], name));
    }

    private static IEnumerable<string> Lines(string file) =>
        File.ReadLines(Repository.PathOf("tests", file)).Where(line => line.Length > 0 && line[0] != '#');
}
