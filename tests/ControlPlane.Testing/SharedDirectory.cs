namespace ControlPlane.Testing;

/// <summary>
/// The directory of facts about other people's software (protos, conformance cases, CRDs) that lies beside the repository. It is not part of the
/// repository, so whatever reads it is skipped where it is absent. CONTROLPLANE_SHARED names it; otherwise a directory "shared" beside the
/// repository or beside one of its ancestors is taken.
/// </summary>
public static class SharedDirectory
{
    private static readonly Lazy<string?> Located = new(Find);

    /// <summary>The directory, or null where there is none.</summary>
    public static string? PathOrNull => Located.Value;

    /// <summary>Why a test that needs <paramref name="relative"/> can't run, or null when it can.</summary>
    public static string? ReasonToSkip(string relative)
    {
        if (PathOrNull is null)
            return "needs the shared directory: set CONTROLPLANE_SHARED or put it beside the repository";
        string path = System.IO.Path.Combine(PathOrNull, relative);
        return File.Exists(path) || Directory.Exists(path) ? null : $"needs {relative} of the shared directory, which lacks it";
    }

    /// <summary>The full path of a file or folder in the directory.</summary>
    public static string Path(string relative) =>
        System.IO.Path.Combine(PathOrNull ?? throw new InvalidOperationException(ReasonToSkip(relative)), relative);

    private static string? Find()
    {
        if (Environment.GetEnvironmentVariable("CONTROLPLANE_SHARED") is { Length: > 0 } named)
            return Directory.Exists(named) ? named : null;
        for (DirectoryInfo? at = new(AppContext.BaseDirectory); at is not null; at = at.Parent)
        {
            string candidate = System.IO.Path.Combine(at.FullName, "shared");
            if (Directory.Exists(System.IO.Path.Combine(candidate, "conformance")) || Directory.Exists(System.IO.Path.Combine(candidate, "protos")))
                return candidate;
        }

        return null;
    }
}
