using System.Diagnostics;

namespace ControlPlane.Testing.Proxies;

/// <summary>The Envoy that tests run: ENVOY_BIN names it, else that of <see cref="SharedDirectory"/> is taken.</summary>
public static class EnvoyBinary
{
    private const string InShared = "envoy/envoy";

    private static readonly Lazy<string?> Absence = new(FindAbsence);

    /// <summary>Full path of the program.</summary>
    public static string Path => Environment.GetEnvironmentVariable("ENVOY_BIN") is { Length: > 0 } named ? named : SharedDirectory.Path(InShared);

    /// <summary>Why tests with Envoy in a network of its own can't run; null when they can.</summary>
    public static string? WhyNot => Absence.Value;

    private static string? FindAbsence()
    {
        if (Environment.GetEnvironmentVariable("ENVOY_BIN") is not { Length: > 0 } && SharedDirectory.ReasonToSkip(InShared) is { } reason)
            return reason + " (or name an Envoy by ENVOY_BIN)";
        if (!File.Exists(Path))
            return $"{Path} does not exist.";
        return Run("unshare", "-n", "ip", "link", "set", "lo", "up")
            ? null
            : "needs a network namespace of its own: run as root, with unshare (util-linux) and ip (iproute2).";
    }

    private static bool Run(string program, params string[] arguments)
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
            process.WaitForExit();
            return process.ExitCode == 0;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return false;
        }
    }
}
