namespace ControlPlane.Testing;

/// <summary>The root of the repository that the running test was built from.</summary>
public static class RepositoryRoot
{
    private static readonly Lazy<string> Located = new(Find);

    /// <summary>The full path of a file or folder in the repository.</summary>
    public static string Path(string relative) => System.IO.Path.Combine(Located.Value, relative);

    private static string Find()
    {
        for (DirectoryInfo? at = new(AppContext.BaseDirectory); at is not null; at = at.Parent)
        {
            if (File.Exists(System.IO.Path.Combine(at.FullName, "ControlPlane.sln")))
                return at.FullName;
        }

        throw new InvalidOperationException($"no ControlPlane.sln above {AppContext.BaseDirectory}");
    }
}
