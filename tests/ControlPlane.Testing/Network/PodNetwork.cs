using ControlPlane.Testing.Processes;

namespace ControlPlane.Testing.Network;

/// <summary>
/// A network of pods: one namespace per pod, all on a bridge in a namespace of their own, where the control plane has 10.9.0.1. Every address of
/// 10/8 is on the link, so that service addresses leave a pod, and its proxy can catch them. Nothing of it meets the machine's own network.
/// </summary>
public sealed class PodNetwork : IAsyncDisposable
{
    public const string ControlPlaneAddress = "10.9.0.1";

    private static int _count;

    private readonly string _prefix = $"cp{Environment.ProcessId}x{Interlocked.Increment(ref _count)}";
    private readonly List<string> _names = [];

    private PodNetwork()
    {
        Hub = new NetworkNamespace($"{_prefix}-hub");
        _names.Add(Hub.Name);
    }

    /// <summary>The namespace of the bridge.</summary>
    public NetworkNamespace Hub { get; }

    public static async Task<PodNetwork> StartAsync()
    {
        var network = new PodNetwork();
        try
        {
            await ShellAsync($"""
                ip netns add {network.Hub.Name}
                ip -n {network.Hub.Name} link set lo up
                ip -n {network.Hub.Name} link add br0 type bridge
                ip -n {network.Hub.Name} addr add {ControlPlaneAddress}/8 dev br0
                ip -n {network.Hub.Name} link set br0 up
                """);
            return network;
        }
        catch
        {
            await network.DisposeAsync();
            throw;
        }
    }

    /// <summary>Adds a pod.</summary>
    /// <param name="address">Its address.</param>
    /// <param name="intercepted">Whether its TCP traffic is led to a proxy on ports 15001 and 15006, as Istio's iptables rules do.</param>
    public async Task<NetworkNamespace> AddPodAsync(string address, bool intercepted)
    {
        var number = _names.Count;
        var pod = new NetworkNamespace($"{_prefix}-{number}");
        _names.Add(pod.Name);
        await ShellAsync($"""
            ip netns add {pod.Name}
            ip -n {pod.Name} link set lo up
            ip link add v{number} netns {Hub.Name} type veth peer name eth0 netns {pod.Name}
            ip -n {Hub.Name} link set v{number} master br0 up
            ip -n {pod.Name} addr add {address}/8 dev eth0
            ip -n {pod.Name} link set eth0 up
            ip -n {pod.Name} route add default via {ControlPlaneAddress}
            {(intercepted ? $"ip netns exec {pod.Name} iptables-restore <<R\n{InterceptionRules.Text}R" : "")}
            """);
        return pod;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var name in _names)
            await ExternalProcess.RunAsync("ip", ["netns", "del", name], TimeSpan.FromSeconds(20));
    }

    private static async Task ShellAsync(string script)
    {
        var (exitCode, output) = await ExternalProcess.RunAsync("sh", ["-e", "-c", script], TimeSpan.FromSeconds(20));
        if (exitCode != 0)
            throw new InvalidOperationException($"The network could not be made:\n{output}");
    }
}
