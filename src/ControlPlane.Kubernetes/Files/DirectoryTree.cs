using System.Security;
using ControlPlane.Kubernetes.Resources;
using ControlPlane.Model.Diagnostics;
using ControlPlane.Model.Sources;

namespace ControlPlane.Kubernetes.Files;

/// <summary>
/// A directory on disk (or one file). Reads .yaml, .yml and .json at any depth; names that begin with a dot are left out, among them
/// the ..data directories through which the kubelet swaps mounted volumes.
/// </summary>
internal sealed class DirectoryTree(string root, DirectoryOptions options) : IManifestTree
{
    private static readonly string[] Extensions = [".yaml", ".yml", ".json"];

    public string Name => $"dir:{root}";

    /// <summary>The directory or file.</summary>
    public string Root => root;

    /// <summary>Whether a file of that name is read.</summary>
    public static bool IsManifest(string name) =>
        !name.StartsWith('.') && Array.Exists(Extensions, e => name.EndsWith(e, StringComparison.OrdinalIgnoreCase));

    /// <summary>A file as it is now, whatever its name; null where there is none.</summary>
    /// <param name="file">Path on disk.</param>
    /// <param name="path">Path by which it is known here.</param>
    /// <param name="options">Limits.</param>
    public static ManifestFile? Stat(string file, string path, DirectoryOptions options)
    {
        var walk = new Walk(options);
        walk.AddFile(new FileInfo(file), path, file, viaLink: false);
        return walk.Result().Files.FirstOrDefault();
    }

    public FileListing List()
    {
        var walk = new Walk(options);
        if (File.Exists(root))
            walk.AddFile(new FileInfo(root), Path.GetFileName(root), root, viaLink: false);
        else if (Directory.Exists(root))
            walk.AddDirectory(new DirectoryInfo(root), "", root, 0, false, []);
        else
            walk.Fail(root, "the directory does not exist");
        return walk.Result();
    }

    public ManifestFile? Find(string path)
    {
        if (path.StartsWith('.') || path.Contains("/.", StringComparison.Ordinal) || !IsManifest(Path.GetFileName(path)))
            return null;
        // Below a root that is a file there is nothing, and the system says so.
        var isRoot = path == Path.GetFileName(root) && File.Exists(root);
        return Stat(isRoot ? root : Path.Join(root, path), path, options);
    }

    public (byte[]? Content, SourceDiagnostic? Fault) Read(ManifestFile file, int maxBytes)
    {
        if (file.Length == 0)
            return ([], null);
        try
        {
            using var handle = File.OpenHandle(file.Display, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            var buffer = new byte[Math.Min(Math.Max(file.Length, 0), maxBytes) + 1];
            var length = 0;
            for (int read; (read = RandomAccess.Read(handle, buffer.AsSpan(length), length)) > 0;)
            {
                length += read;
                if (length == buffer.Length && length <= maxBytes)
                    Array.Resize(ref buffer, (int)Math.Min(2L * length, maxBytes + 1L));
            }

            return (buffer.AsSpan(0, length).ToArray(), null);
        }
        catch (Exception e) when (IsDiskFault(e))
        {
            return (null, ManifestReader.Fault(file.Display, 0, DiagnosticCodes.UnreadableFile, $"can't be read: {e.Message}"));
        }
    }

    private static bool IsDiskFault(Exception e) => e is IOException or UnauthorizedAccessException or SecurityException;

    /// <summary>One walk over the tree.</summary>
    private sealed class Walk(DirectoryOptions options)
    {
        private readonly List<ManifestFile> _files = [];
        private readonly List<SourceDiagnostic> _diagnostics = [];
        private bool _incomplete;

        public FileListing Result()
        {
            _files.Sort((a, b) => string.CompareOrdinal(a.Path, b.Path));
            if (_files.Count > options.MaxFiles)
            {
                Report(_files[options.MaxFiles].Display, Severity.Error, $"not read, nor are those after it: there are more than {options.MaxFiles} files");
                _files.RemoveRange(options.MaxFiles, _files.Count - options.MaxFiles);
            }

            return new FileListing(_files, _incomplete, _diagnostics);
        }

        public void Fail(string display, string message)
        {
            _incomplete = true;
            Report(display, Severity.Error, message);
        }

        public void AddDirectory(DirectoryInfo directory, string path, string display, int depth, bool viaLink, IReadOnlyList<string> above)
        {
            if (depth > options.MaxDirectoryDepth)
            {
                Report(display, Severity.Error, $"not read: deeper than {options.MaxDirectoryDepth} directories");
                return;
            }

            try
            {
                var link = depth > 0 && directory.LinkTarget is not null;
                var real = link ? directory.ResolveLinkTarget(returnFinalTarget: true)!.FullName : directory.FullName;
                if (above.Contains(real))
                    return;
                foreach (var entry in directory.EnumerateFileSystemInfos())
                    AddEntry(entry, path, display, depth, viaLink || link, [.. above, real]);
            }
            catch (Exception e) when (IsDiskFault(e))
            {
                Fail(display, $"can't be listed: {e.Message}");
            }
        }

        private void AddEntry(FileSystemInfo entry, string path, string display, int depth, bool viaLink, IReadOnlyList<string> above)
        {
            if (entry.Name.StartsWith('.') || _files.Count > 2 * options.MaxFiles)
                return;
            var below = path.Length == 0 ? entry.Name : $"{path}/{entry.Name}";
            var shown = Path.Join(display, entry.Name);
            if (entry is DirectoryInfo directory)
                AddDirectory(directory, below, shown, depth + 1, viaLink, above);
            else if (IsManifest(entry.Name))
                AddFile((FileInfo)entry, below, shown, viaLink);
        }

        public void AddFile(FileInfo file, string path, string display, bool viaLink)
        {
            try
            {
                // The attributes are known from the walk; asking for the target of what is no link would cost a call per file.
                var link = file.Exists ? file.Attributes.HasFlag(FileAttributes.ReparsePoint) : file.LinkTarget is not null;
                var target = link ? file.ResolveLinkTarget(returnFinalTarget: true)! : file;
                if (target is FileInfo { Exists: true } real)
                    _files.Add(new ManifestFile(path, display, real.Length, real.LastWriteTimeUtc, link || viaLink));
                else if (link)
                    Report(display, Severity.Warning, $"the symbolic link leads nowhere: {file.LinkTarget}");
            }
            catch (Exception e) when (IsDiskFault(e))
            {
                Fail(display, $"can't be read: {e.Message}");
            }
        }

        private void Report(string display, Severity severity, string message) =>
            _diagnostics.Add(ManifestReader.Fault(display, 0, DiagnosticCodes.UnreadableFile, message, severity));
    }
}
