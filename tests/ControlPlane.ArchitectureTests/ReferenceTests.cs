using System.Xml.Linq;

namespace ControlPlane.ArchitectureTests;

public class ReferenceTests
{
    [Fact]
    public void EveryProjectOfSrc_HasARule() =>
        Assert.Empty(Sources.Projects().Except(ProjectRules.All.Select(rule => rule.Name)));

    [Theory]
    [MemberData(nameof(ProjectRules.Existing), MemberType = typeof(ProjectRules))]
    public void ProjectFile_ReferencesOnlyWhatItMay(ProjectRule rule)
    {
        var project = XDocument.Load(Sources.ProjectFile(rule.Name));
        var projects = Included(project, "ProjectReference").Select(path => Path.GetFileNameWithoutExtension(path.Replace('\\', '/')));
        Assert.Empty(projects.Except(rule.MayReference));
        Assert.Empty(Included(project, "PackageReference").Except(rule.Packages));
        Assert.Empty(Included(project, "FrameworkReference").Except(rule.AspNet ? ["Microsoft.AspNetCore.App"] : []));
        Assert.DoesNotContain("Sdk.Web", project.Root!.Attribute("Sdk")!.Value, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(ProjectRules.Existing), MemberType = typeof(ProjectRules))]
    public void Assembly_ReferencesOnlyWhatItMay(ProjectRule rule)
    {
        using var assembly = AssemblyText.Open(rule.AssemblyName);
        // What comes in through a permitted project may be named by its users too.
        string[] ours = [.. rule.MayReference, .. rule.MayReference.SelectMany(Packages), .. rule.Packages];
        var unexpected = assembly.References().Where(name => !ours.Contains(name) && !IsPlatform(name, rule.AspNet));
        Assert.Empty(unexpected);
    }

    private static string[] Packages(string project) => ProjectRules.All.Single(rule => rule.Name == project).Packages;

    private static bool IsPlatform(string assembly, bool aspNet) =>
        (assembly.StartsWith("System.", StringComparison.Ordinal) && assembly != "System.CommandLine")
        || assembly is "Microsoft.Win32.Primitives" or "netstandard"
        || (aspNet && (assembly.StartsWith("Microsoft.AspNetCore", StringComparison.Ordinal) || assembly.StartsWith("Microsoft.Extensions.", StringComparison.Ordinal)
                       || assembly == "Microsoft.Net.Http.Headers"));

    private static IEnumerable<string> Included(XDocument project, string item) =>
        project.Descendants(item).Select(element => element.Attribute("Include")?.Value).OfType<string>();
}
