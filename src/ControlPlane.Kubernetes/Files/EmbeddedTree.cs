using System.Reflection;
using ControlPlane.Model.Sources;

namespace ControlPlane.Kubernetes.Files;

/// <summary>A sample that is built into this assembly: deploy/samples/NAME of the repository.</summary>
internal sealed class EmbeddedTree(string sample) : IManifestTree
{
    private static readonly Assembly Assembly = typeof(EmbeddedTree).Assembly;

    private string Prefix => $"samples/{sample}/";

    public string Name => $"embedded:{sample}";

    public FileListing List() => new(
        [.. Assembly.GetManifestResourceNames().Where(n => n.StartsWith(Prefix, StringComparison.Ordinal)).Order(StringComparer.Ordinal).Select(File)],
        false, []);

    public ManifestFile? Find(string path) => List().Files.FirstOrDefault(f => f.Path == path);

    public (byte[]? Content, SourceDiagnostic? Fault) Read(ManifestFile file, int maxBytes)
    {
        using var stream = Assembly.GetManifestResourceStream(file.Display.Replace($"{Name}/", Prefix, StringComparison.Ordinal))!;
        var bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        return (bytes, null);
    }

    private ManifestFile File(string resource)
    {
        using var stream = Assembly.GetManifestResourceStream(resource)!;
        var path = resource[Prefix.Length..];
        return new ManifestFile(path, $"{Name}/{path}", stream.Length, default, false);
    }
}
