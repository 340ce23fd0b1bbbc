using System.Text.RegularExpressions;
using ControlPlane.Testing;

namespace ControlPlane.ArchitectureTests;

public class DocumentTests
{
    private const int MaxReadmeLines = 40;

    // A checkout must say nothing of the machine it was written on, nor of the feed that packages came from there.
    private static readonly Regex Workplace = new("/" + @"work/|/home/\w+/|\bartifactory\b|\bnexus repository\b", RegexOptions.IgnoreCase);

    [Theory]
    [MemberData(nameof(ProjectRules.Existing), MemberType = typeof(ProjectRules))]
    public void Project_HasAShortReadme(ProjectRule rule)
    {
        string path = Repository.PathOf("src", rule.Name, "README.md");
        Assert.True(File.Exists(path), $"{path} is missing");
        Assert.InRange(File.ReadAllLines(path).Length, 5, MaxReadmeLines);
    }

    [Fact]
    public void Solution_HoldsEveryProject()
    {
        string solution = Sources.Read("ControlPlane.sln").Replace('\\', '/');
        Assert.Empty(Sources.Files().Where(path => path.EndsWith(".csproj", StringComparison.Ordinal) && !solution.Contains('"' + path + '"', StringComparison.Ordinal)));
    }

    [Fact]
    public void Repository_NamesNoWorkplaceAndNoFeed()
    {
        Assert.Empty(Sources.Files().Where(path => Path.GetFileName(path).Equals("nuget.config", StringComparison.OrdinalIgnoreCase)));
        Assert.Empty(Sources.Files().Where(path => IsText(path) && Workplace.IsMatch(Sources.Read(path))));
    }

    [Fact]
    public void Versions_AreCentral() =>
        Assert.Empty(Sources.Files().Where(path => path.EndsWith(".csproj", StringComparison.Ordinal) && Regex.IsMatch(Sources.Read(path), "<PackageReference[^>]* Version=")));

    private static bool IsText(string path) =>
        Path.GetExtension(path) is ".cs" or ".md" or ".csproj" or ".props" or ".targets" or ".json" or ".yaml" or ".yml" or ".sh" or ".proto" or ".txt" or ".py" or ".mjs" or ".js" or ".sln" or ""
        && Path.GetFileName(path) is not "package-lock.json";
}
