using ControlPlane.Testing.Processes;
using Xunit;

namespace ControlPlane.Testing.Network;

/// <summary>A fact that makes network namespaces and changes their iptables; skipped with the reason where that can't be.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class IptablesFactAttribute : FactAttribute
{
    private static readonly Lazy<string?> Absence = new(FindAbsence);

    public IptablesFactAttribute()
    {
        Skip = Absence.Value;
    }

    private static string? FindAbsence()
    {
        const string script = "command -v setpriv && ip link add br0 type bridge && iptables -t mangle -S && ip6tables -t nat -S";
        try
        {
            var (exitCode, output) = ExternalProcess.RunAsync("unshare", ["-n", "sh", "-e", "-c", script], TimeSpan.FromSeconds(20)).GetAwaiter().GetResult();
            return exitCode == 0 ? null : $"needs bridges, setpriv, iptables and ip6tables: {output.Trim()}";
        }
        catch (Exception e) when (e is System.ComponentModel.Win32Exception or TimeoutException)
        {
            return $"needs unshare, ip, iptables and setpriv: {e.Message}";
        }
    }
}
