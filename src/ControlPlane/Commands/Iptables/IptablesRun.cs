using System.ComponentModel;
using System.Diagnostics;
using System.Net.Sockets;
using ControlPlane.Injection.Interception;

namespace ControlPlane.Commands.Iptables;

/// <summary>One run of the command.</summary>
internal sealed class IptablesRun(IptablesAction action, InterceptionSettings settings, TextWriter output, TextWriter error)
{
    // Exists where the kernel has IPv6.
    private const string IPv6Addresses = "/proc/net/if_inet6";

    private static readonly (AddressFamily Family, string Program, string IpFlag)[] Families =
        [(AddressFamily.InterNetwork, "iptables", "-4"), (AddressFamily.InterNetworkV6, "ip6tables", "-6")];

    /// <summary>Does it.</summary>
    /// <returns>One of <see cref="ExitCodes"/>.</returns>
    public async Task<int> ExecuteAsync(CancellationToken stop)
    {
        try
        {
            foreach (var (family, program, flag) in Families)
            {
                if (action == IptablesAction.DryRun)
                    Print(family, program, flag);
                else if (family == AddressFamily.InterNetwork || File.Exists(IPv6Addresses))
                    await ChangeAsync(family, program, flag, stop);
            }

            return ExitCodes.Success;
        }
        catch (Exception fault) when (fault is Win32Exception or InvalidOperationException or IOException)
        {
            await error.WriteLineAsync($"controlplane: {fault.Message}");
            return ExitCodes.Failure;
        }
    }

    private void Print(AddressFamily family, string program, string flag)
    {
        output.Write($"# {program}-restore --noflush\n{InterceptionScript.Apply(settings, family, "")}");
        foreach (var route in InterceptionScript.Routes(settings).Concat(InterceptionScript.Addresses(family)))
            output.Write($"# ip {flag} {route}\n");
    }

    private async Task ChangeAsync(AddressFamily family, string program, string flag, CancellationToken stop)
    {
        var existing = await RunAsync($"{program}-save", "", null, stop);
        var script = action == IptablesAction.CleanUp ? InterceptionScript.CleanUp(existing) : InterceptionScript.Apply(settings, family, existing);
        if (script.Length > 0)
            await RunAsync($"{program}-restore", "--noflush", script, stop);
        foreach (var removal in InterceptionScript.RouteRemovals.Concat(InterceptionScript.AddressRemovals(family)))
            await TryAsync("ip", $"{flag} {removal}", stop);
        if (action == IptablesAction.CleanUp)
            return;
        foreach (var route in InterceptionScript.Routes(settings).Except(InterceptionScript.RouteRemovals))
            await RunAsync("ip", $"{flag} {route}", null, stop);

        // Only a proxy that passes connections on to an application by IPv6 needs it: an image without ip goes on without.
        foreach (var address in InterceptionScript.Addresses(family))
            await TryAsync("ip", $"{flag} {address}", stop);
    }

    private static async Task TryAsync(string program, string arguments, CancellationToken stop)
    {
        try
        {
            await RunAsync(program, arguments, null, stop);
        }
        catch (Exception fault) when (fault is InvalidOperationException or Win32Exception)
        {
            // There was nothing to take away, or no ip, which only transparent interception needs.
        }
    }

    private static async Task<string> RunAsync(string program, string arguments, string? input, CancellationToken stop)
    {
        using var process = new Process
        {
            StartInfo = new ProcessStartInfo(program, arguments)
            {
                RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false,
            },
        };
        process.Start();
        var answer = process.StandardOutput.ReadToEndAsync(stop);
        var complaint = process.StandardError.ReadToEndAsync(stop);
        if (input is not null)
            await process.StandardInput.WriteAsync(input.AsMemory(), stop);
        process.StandardInput.Close();
        await process.WaitForExitAsync(stop);
        return process.ExitCode == 0
            ? await answer
            : throw new InvalidOperationException($"{program} {arguments} failed with {process.ExitCode}: {(await complaint).Trim()}");
    }
}
