using ControlPlane.Testing.Processes;

namespace ControlPlane.EndToEnd.Sidecars;

/// <summary>The executable as users run it: <c>controlplane serve</c> over a directory.</summary>
internal sealed class ControlPlaneProcess : IAsyncDisposable
{
    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(60);

    private readonly ExternalProcess _process;

    private ControlPlaneProcess(ExternalProcess process) => _process = process;

    public string Log => _process.Output;

    /// <summary>Starts it and waits until it is ready.</summary>
    /// <param name="directory">The directory of Kubernetes YAML.</param>
    /// <param name="addresses">The options that say where it listens.</param>
    /// <param name="launcher">What starts it, in front of the command; empty for this machine's own network.</param>
    public static async Task<ControlPlaneProcess> StartAsync(string directory, IEnumerable<string> addresses, IReadOnlyList<string>? launcher = null)
    {
        string[] command =
        [
            .. launcher ?? [], "dotnet", Path.Combine(AppContext.BaseDirectory, "controlplane.dll"), "serve", "--source", $"dir:{directory}", .. addresses,
        ];
        var process = ExternalProcess.Start(command[0], command[1..]);
        try
        {
            // The line that is written once everything has been read.
            await process.WaitForLineAsync("Connect", StartLimit);
            return new ControlPlaneProcess(process);
        }
        catch
        {
            await process.DisposeAsync();
            throw;
        }
    }

    /// <summary>The rest of the first line of output that starts with a text.</summary>
    public string LineAfter(string start) =>
        Log.Split('\n').Select(line => line.Trim()).First(line => line.StartsWith(start, StringComparison.Ordinal))[start.Length..].Trim();

    public ValueTask DisposeAsync() => _process.DisposeAsync();
}
