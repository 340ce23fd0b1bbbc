using ControlPlane.Testing.Processes;
using ControlPlane.Testing.Proxies;
using Xunit;

namespace ControlPlane.Testing.Network;

/// <summary>A fact that needs Envoys in pods whose traffic is intercepted; skipped with the reason where that can't be.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class InterceptionFactAttribute : FactAttribute
{
    private static readonly Lazy<string?> Absence = new(FindAbsence);

    /// <param name="shared">A file or folder of <see cref="SharedDirectory"/> that the test reads besides.</param>
    public InterceptionFactAttribute(string? shared = null)
    {
        Skip = Absence.Value ?? (shared is null ? null : SharedDirectory.ReasonToSkip(shared));
    }

    private static string? FindAbsence()
    {
        if (EnvoyBinary.WhyNot is { } reason)
            return reason;
        try
        {
            var script = $"command -v setpriv && ip link add br0 type bridge && iptables-restore <<R\n{InterceptionRules.Text}R";
            var (exitCode, output) = ExternalProcess.RunAsync("unshare", ["-n", "sh", "-e", "-c", script], TimeSpan.FromSeconds(20)).GetAwaiter().GetResult();
            return exitCode == 0 ? null : $"needs bridges, setpriv and iptables with the modules owner and multiport: {output.Trim()}";
        }
        catch (Exception e) when (e is System.ComponentModel.Win32Exception or TimeoutException)
        {
            return $"needs unshare, ip, iptables and setpriv: {e.Message}";
        }
    }
}
