namespace ControlPlane.Kubernetes.Tests.Files;

/// <summary>A directory that vanishes with the test.</summary>
internal sealed class TemporaryDirectory : IDisposable
{
    public TemporaryDirectory() => Root = Directory.CreateTempSubdirectory("controlplane-").FullName;

    public string Root { get; }

    public string Path(string relative) => System.IO.Path.Combine(Root, relative);

    public void Write(string relative, string text)
    {
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(Path(relative))!);
        File.WriteAllText(Path(relative), text);
    }

    /// <summary>Puts a file in place whole, as careful writers do.</summary>
    public void Replace(string relative, string text)
    {
        Write(relative + ".tmp", text);
        File.Move(Path(relative + ".tmp"), Path(relative), overwrite: true);
    }

    public void Dispose()
    {
        if (Directory.Exists(Root))
            Directory.Delete(Root, recursive: true);
    }
}
