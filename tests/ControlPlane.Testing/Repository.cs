namespace ControlPlane.Testing;

/// <summary>The checkout that the running tests were built from.</summary>
public static class Repository
{
    private static readonly Lazy<string> Located = new(Find);

    /// <summary>Full path of the directory that holds ControlPlane.sln.</summary>
    public static string Root => Located.Value;

    /// <summary>Full path of a file or folder, given by its parts below the root.</summary>
    public static string PathOf(params string[] parts) => Path.Combine([Root, .. parts]);

    private static string Find()
    {
        for (DirectoryInfo? at = new(AppContext.BaseDirectory); at is not null; at = at.Parent)
        {
            if (File.Exists(Path.Combine(at.FullName, "ControlPlane.sln")))
                return at.FullName;
        }

        throw new InvalidOperationException($"no directory above {AppContext.BaseDirectory} holds ControlPlane.sln");
    }
}
