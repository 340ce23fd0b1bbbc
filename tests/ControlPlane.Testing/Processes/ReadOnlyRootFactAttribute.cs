using Xunit;

namespace ControlPlane.Testing.Processes;

/// <summary>A fact that runs a program as in a container: another user, a root file system that can't be written. Skipped with the reason where that can't be.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class ReadOnlyRootFactAttribute : FactAttribute
{
    private static readonly Lazy<string?> Absence = new(FindAbsence);

    public ReadOnlyRootFactAttribute() => Skip = Absence.Value;

    /// <summary>Where a program's folder appears to a command: the folder itself may lie under /tmp, or where only root may look.</summary>
    public const string Program = "/mnt";

    /// <summary>Arguments of unshare(1) that run a command so: as a user, without capabilities, with nothing to write to but /tmp, 64 MiB of memory.</summary>
    public static IEnumerable<string> Arguments(int user, string folder, params string[] command) =>
    [
        "--mount", "--propagation", "private", "sh", "-e", "-c",
        $"mount --bind / /; mount -o remount,bind,ro /; mount --bind \"$0\" {Program}; mount -t tmpfs -o size=64m,mode=1777 tmpfs /tmp; exec setpriv --reuid={user} --regid={user} --clear-groups --no-new-privs --inh-caps=-all --bounding-set=-all \"$@\"",
        folder, .. command,
    ];

    private static string? FindAbsence()
    {
        try
        {
            var (exitCode, output) = ExternalProcess.RunAsync("unshare", Arguments(1337, AppContext.BaseDirectory, "sh", "-c", "touch /tmp/x && ! touch /x"), TimeSpan.FromSeconds(20)).GetAwaiter().GetResult();
            return exitCode == 0 ? null : $"needs root for a mount namespace: {output.Trim()}";
        }
        catch (Exception e) when (e is System.ComponentModel.Win32Exception or TimeoutException)
        {
            return $"needs unshare and setpriv: {e.Message}";
        }
    }
}
