using System.Text;

namespace ControlPlane.Security.Authority;

/// <summary>Files that only their owner may read, written whole or not at all.</summary>
internal static class PrivateFiles
{
    private const int LockAttempts = 500;
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private const UnixFileMode PublicText = OwnerOnly | UnixFileMode.GroupRead | UnixFileMode.OtherRead;
    private const UnixFileMode OwnersDirectory = OwnerOnly | UnixFileMode.UserExecute;

    private static readonly TimeSpan LockPause = TimeSpan.FromMilliseconds(20);

    /// <summary>Makes a directory for the owner alone, if there is none.</summary>
    public static void CreateDirectory(string path)
    {
        if (OperatingSystem.IsWindows())
            Directory.CreateDirectory(path);
        else
            Directory.CreateDirectory(path, OwnersDirectory);
    }

    /// <summary>Writes a new file; false where there is one already. To be called under <see cref="LockAsync"/>: moving alone would not be exclusive.</summary>
    public static bool TryCreate(string path, string text)
    {
        if (File.Exists(path))
            return false;
        File.Move(Stage(path, text, OwnerOnly), path, overwrite: false);
        return true;
    }

    /// <summary>Waits until no other process and no other thread holds the lock file; dispose the result to let it go.</summary>
    /// <exception cref="IOException">It was held for too long.</exception>
    public static async Task<IAsyncDisposable> LockAsync(string path, CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            }
            catch (IOException) when (attempt < LockAttempts)
            {
                await Task.Delay(LockPause, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    /// <summary>Replaces a file, or writes a first one.</summary>
    /// <param name="path">Where.</param>
    /// <param name="text">What.</param>
    /// <param name="isPublic">Whether others may read it.</param>
    public static void Replace(string path, string text, bool isPublic = false) =>
        File.Move(Stage(path, text, isPublic ? PublicText : OwnerOnly), path, overwrite: true);

    /// <summary>The text of a file; null where there is none.</summary>
    public static async Task<string?> ReadAsync(string path, CancellationToken cancellationToken)
    {
        try
        {
            return await File.ReadAllTextAsync(path, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception fault) when (fault is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
    }

    private static string Stage(string path, string text, UnixFileMode mode)
    {
        var staged = $"{path}.{Guid.NewGuid():N}.new";
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = mode;
        using var file = new FileStream(staged, options);
        file.Write(Encoding.UTF8.GetBytes(text));
        file.Flush(flushToDisk: true);
        return staged;
    }
}
