using ControlPlane.Testing;

namespace ControlPlane.ArchitectureTests;

/// <summary>The text of the repository.</summary>
public static class Sources
{
    private static readonly string[] Skipped = ["bin", "obj", ".git", "node_modules", "artifacts", "TestResults", ".vs", ".idea", "__pycache__"];

    /// <summary>Full path of the project file of a project of src/.</summary>
    public static string ProjectFile(string project) => Repository.PathOf("src", project, project + ".csproj");

    /// <summary>Names of the folders below src/ that are projects.</summary>
    public static IEnumerable<string> Projects() =>
        Directory.GetDirectories(Repository.PathOf("src")).Select(path => Path.GetFileName(path)!).Where(name => File.Exists(ProjectFile(name)));

    /// <summary>Every file of the checkout that a person wrote, by its path relative to the root with slashes.</summary>
    public static IEnumerable<string> Files(string below = "") => Walk(Repository.PathOf(below)).Select(Relative).Order(StringComparer.Ordinal);

    /// <summary>The C# files of src/ and tests/.</summary>
    public static IEnumerable<string> CSharp() => Files("src").Concat(Files("tests")).Where(path => path.EndsWith(".cs", StringComparison.Ordinal));

    public static string Read(string relative) => File.ReadAllText(Repository.PathOf(relative));

    private static string Relative(string path) => Path.GetRelativePath(Repository.Root, path).Replace('\\', '/');

    private static IEnumerable<string> Walk(string directory)
    {
        foreach (string file in Directory.GetFiles(directory))
            yield return file;
        foreach (string folder in Directory.GetDirectories(directory))
        {
            if (Skipped.Contains(Path.GetFileName(folder)))
                continue;
            foreach (string file in Walk(folder))
                yield return file;
        }
    }
}
