namespace ControlPlane.Kubernetes.Files;

/// <summary>
/// Gathers the file system's notifications below a root. They are hints: what a file holds is read afterwards, and what they miss
/// the rescan finds. Memory is bounded: beyond a number of paths it only remembers that a rescan is due.
/// </summary>
internal sealed class DirectoryWatcher(string root, int maxPaths, Action signal) : IDisposable
{
    private readonly Lock _lock = new();
    private Dictionary<string, bool> _paths = new(StringComparer.Ordinal);
    private bool _rescan;
    private FileSystemWatcher? _watcher;
    private volatile bool _running;
    private (string Path, DateTime Created) _identity;

    /// <summary>Whether notifications come: it was started, has not failed, and the root is still the directory it was.</summary>
    public bool IsRunning => _running && Identity() == _identity;

    /// <summary>Begins to watch, anew if it did before. Returns why it can't; null where it does.</summary>
    public string? Start()
    {
        Stop();
        try
        {
            var identity = Identity();
            var isFile = File.Exists(root);
            var watcher = new FileSystemWatcher(isFile ? Path.GetDirectoryName(Path.GetFullPath(root))! : root)
            {
                NotifyFilter = NotifyFilters.FileName | NotifyFilters.DirectoryName | NotifyFilters.LastWrite | NotifyFilters.Size,
                IncludeSubdirectories = !isFile,
            };
            watcher.Created += (_, e) => Add(e.Name, false);
            watcher.Changed += (_, e) => Add(e.Name, false);
            watcher.Deleted += (_, e) => Add(e.Name, false);
            watcher.Renamed += (_, e) => Rename(e);
            watcher.Error += (_, _) => Fail();
            watcher.EnableRaisingEvents = true;
            _watcher = watcher;
            (_identity, _running) = (identity, true);
            return null;
        }
        catch (Exception e) when (e is IOException or ArgumentException or UnauthorizedAccessException)
        {
            return e.Message;
        }
    }

    /// <summary>Ends watching.</summary>
    public void Stop()
    {
        _watcher?.Dispose();
        _watcher = null;
        _running = false;
    }

    /// <summary>Takes what has gathered.</summary>
    public FileEvents Drain()
    {
        lock (_lock)
        {
            if (_paths.Count == 0 && !_rescan)
                return FileEvents.None;
            var events = new FileEvents(_paths, _rescan);
            _paths = new Dictionary<string, bool>(StringComparer.Ordinal);
            _rescan = false;
            return events;
        }
    }

    public void Dispose() => Stop();

    /// <summary>Tells the root from another that has taken its name, for notifications go on about the old one.</summary>
    private (string Path, DateTime Created) Identity()
    {
        try
        {
            var target = Directory.ResolveLinkTarget(root, returnFinalTarget: true) ?? new DirectoryInfo(root);
            return (target.FullName, target.CreationTimeUtc);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return ("", default);
        }
    }

    private void Rename(RenamedEventArgs e)
    {
        Add(e.OldName, false);
        Add(e.Name, true);
    }

    private void Add(string? name, bool whole)
    {
        var path = name?.Replace('\\', '/') ?? "";
        if (IsHidden(path))
            return;
        lock (_lock)
        {
            if (path.Length > 0 && DirectoryTree.IsManifest(Path.GetFileName(path)) && _paths.Count < maxPaths)
                _paths[path] = whole;
            else
                _rescan = true;
        }

        signal();
    }

    /// <summary>
    /// Whether nothing below that path is ever read. Many programs write a hidden file first and rename it. Names with two dots are not
    /// meant: through them the kubelet swaps what the links of a mounted volume lead to.
    /// </summary>
    private static bool IsHidden(ReadOnlySpan<char> path)
    {
        foreach (var part in path.Split('/'))
        {
            if (path[part] is ['.', not '.', ..] or ['.'])
                return true;
        }

        return false;
    }

    private void Fail()
    {
        _running = false;
        lock (_lock)
            _rescan = true;
        signal();
    }
}
