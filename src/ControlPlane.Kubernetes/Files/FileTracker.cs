using System.Security.Cryptography;
using ControlPlane.Model.Snapshots;
using ControlPlane.Model.Sources;

namespace ControlPlane.Kubernetes.Files;

/// <summary>
/// Decides when a file that changed is read and how far it is believed. Soon after the last event what it adds or alters is taken;
/// what it no longer holds, and its faults, only once it has stayed the same for the settle time, for until then it may be
/// half-written. Time is given to it, as durations since the start. Not thread-safe.
/// </summary>
internal sealed class FileTracker(ManifestSet set, DirectoryOptions options)
{
    private readonly Dictionary<string, Stamp> _stamps = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Pending> _pending = new(StringComparer.Ordinal);

    /// <summary>When the next file is due; null where none is.</summary>
    public TimeSpan? NextDue
    {
        get
        {
            TimeSpan? next = null;
            foreach (var pending in _pending.Values)
            {
                if (next is null || pending.Due < next)
                    next = pending.Due;
            }

            return next;
        }
    }

    /// <summary>Reads everything as it is. Returns whether the tree could be listed.</summary>
    public bool ReadAll()
    {
        var listing = set.List();
        foreach (var file in listing.Files)
        {
            var (bytes, fault) = set.ReadBytes(file);
            set.Take(file.Path, fault is null ? set.Parse(file, bytes!) : FileContent.Unreadable(fault));
            _stamps[file.Path] = Stamp.Of(file, fault is null && file.IsLink ? Hash(bytes!) : null);
        }

        return !listing.Incomplete;
    }

    /// <summary>Says that a file may have changed.</summary>
    /// <param name="path">Its path.</param>
    /// <param name="whole">Whether it was put in place whole, so that it can't be half-written.</param>
    /// <param name="now">The time.</param>
    public void Notify(string path, bool whole, TimeSpan now) =>
        _pending[path] = new Pending { Changed = now, Due = now + (whole ? options.WholeQuietTime : options.QuietTime), Whole = whole };

    /// <summary>Compares the tree with what was read. Returns whether it could be listed.</summary>
    public bool Rescan(TimeSpan now)
    {
        var listing = set.List();
        var present = new HashSet<string>(StringComparer.Ordinal);
        foreach (var file in listing.Files)
        {
            present.Add(file.Path);
            if (!_pending.ContainsKey(file.Path) && IsChanged(file))
                Notify(file.Path, file.IsLink, now);
        }

        if (!listing.Incomplete)
        {
            foreach (var path in _stamps.Keys.Where(p => !present.Contains(p) && !_pending.ContainsKey(p)).ToList())
                Notify(path, false, now);
        }

        return !listing.Incomplete;
    }

    /// <summary>Handles the files that are due; returns the changes, which belong together.</summary>
    public IReadOnlyList<ModelChange> RunDue(TimeSpan now)
    {
        var due = new List<string>();
        foreach (var (path, pending) in _pending)
        {
            if (pending.Due <= now)
                due.Add(path);
        }

        due.Sort(StringComparer.Ordinal);
        return due is [var only] ? Handle(only, _pending[only], now) : [.. due.SelectMany(path => Handle(path, _pending[path], now))];
    }

    private IReadOnlyList<ModelChange> Handle(string path, Pending pending, TimeSpan now)
    {
        var file = set.Find(path);
        var (bytes, fault) = file is null ? (null, null) : set.ReadBytes(file);
        // Of what was put in place whole nobody asks whether it stays the same, unless it may lead elsewhere.
        var hash = bytes is null || (pending.Whole && !file!.IsLink) ? null : Hash(bytes);
        var settled = pending.Whole || (now >= pending.Changed + options.SettleTime && pending.IsSame(file, hash));
        if (settled)
            return Settle(path, file, bytes, fault, hash);
        if (now >= pending.Changed + options.SettleTime)
            pending.Changed = now;
        pending.Remember(file, hash);
        pending.Due = pending.Changed + options.SettleTime;
        if (bytes is not { Length: > 0 })
            return [];
        // Text that breaks off within a line is given a little longer before it is believed at all.
        if (bytes[^1] != '\n' && now < pending.Changed + (2 * options.QuietTime))
        {
            pending.Due = pending.Changed + (2 * options.QuietTime);
            return [];
        }

        return Early(path, file!, bytes, hash!);
    }

    private IReadOnlyList<ModelChange> Settle(string path, ManifestFile? file, byte[]? bytes, SourceDiagnostic? fault, string? hash)
    {
        _pending.Remove(path);
        if (file is null)
        {
            _stamps.Remove(path);
            return set.Remove(path);
        }

        _stamps[path] = Stamp.Of(file, hash);
        return set.Take(path, fault is null ? set.Parse(file, bytes!) : FileContent.Unreadable(fault));
    }

    private IReadOnlyList<ModelChange> Early(string path, ManifestFile file, byte[] bytes, string hash)
    {
        var content = set.Parse(file, bytes);
        if (content.Diagnostics.Count > 0 || set.WouldRemove(path, content))
            return set.TakeEarly(path, content);
        // Nothing to report and nothing to remove: the rest would change nothing. Should the file go on growing, an event tells.
        _pending.Remove(path);
        _stamps[path] = Stamp.Of(file, hash);
        return set.Take(path, content);
    }

    private bool IsChanged(ManifestFile file)
    {
        if (!_stamps.TryGetValue(file.Path, out var stamp) || stamp.File.Length != file.Length || stamp.File.Modified != file.Modified)
            return true;
        if (!file.IsLink)
            return false;
        // A link may lead elsewhere though size and time are equal.
        var (bytes, _) = set.ReadBytes(file);
        return bytes is not null && Hash(bytes) != stamp.Hash;
    }

    private static string Hash(byte[] bytes) => Convert.ToHexString(SHA256.HashData(bytes));

    /// <summary>What a file was when it was read.</summary>
    private readonly record struct Stamp(ManifestFile File, string? Hash)
    {
        /// <summary>Of links only the hash is asked for, and there may be many files.</summary>
        public static Stamp Of(ManifestFile file, string? hash) => new(file, file.IsLink ? hash : null);
    }

    /// <summary>A file that changed and is not settled.</summary>
    private sealed class Pending
    {
        private ManifestFile? _file;
        private string? _hash;
        private bool _seen;

        public TimeSpan Changed { get; set; }

        public TimeSpan Due { get; set; }

        public bool Whole { get; init; }

        public void Remember(ManifestFile? file, string? hash) => (_seen, _file, _hash) = (true, file, hash);

        public bool IsSame(ManifestFile? file, string? hash) => _seen && (_file is null) == (file is null) && _hash == hash;
    }
}
