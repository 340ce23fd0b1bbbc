using System.Net;
using System.Net.Sockets;
using System.Text;
using ControlPlane.Testing.Network;
using ControlPlane.Testing.Processes;

namespace ControlPlane.EndToEnd.Interception;

/// <summary>The rules of `controlplane iptables` in a real pod's place: who is asked for a connection, who answers.</summary>
public sealed class IptablesCommandTests
{
    private const string Own = "10.9.0.2";
    private const string Other = "10.9.0.3";
    private const int AppPort = 8080;
    private const int ExcludedPort = 9090;

    [IptablesFact]
    public async Task Redirect_InAPod_LeadsTrafficToTheProxyButNotItsOwn()
    {
        await using var network = await PodNetwork.StartAsync();
        var (pod, other) = await StartAsync(network);
        using var answers = new Listeners();
        answers.Open(pod, 15001, "outbound").Open(pod, 15006, "inbound").Open(pod, AppPort, "app").Open(pod, ExcludedPort, "excluded")
            .Open(other, AppPort, "other").Open(other, ExcludedPort, "other");
        await RunAsync(pod, "--apply", "-d", $"{ExcludedPort}", "-o", "9091");

        Assert.Equal("outbound", await AskAsync(pod, Other, AppPort));
        Assert.Equal("inbound", await AskAsync(other, Own, AppPort));
        Assert.Equal("excluded", await AskAsync(other, Own, ExcludedPort));
        Assert.Equal("app", await AskAsync(pod, "127.0.0.1", AppPort));
        Assert.Equal("other", await AskAsProxyAsync(pod, Other, AppPort));
        Assert.Equal("app", await AskAsProxyAsync(pod, "127.0.0.1", AppPort));
        Assert.Equal("inbound", await AskAsProxyAsync(pod, Own, AppPort));

        var rules = await SaveAsync(pod);
        await RunAsync(pod, "--apply", "-d", $"{ExcludedPort}", "-o", "9091");
        Assert.Equal(rules, await SaveAsync(pod));

        await RunAsync(pod, "--cleanup");
        Assert.DoesNotContain("MESH_", await SaveAsync(pod), StringComparison.Ordinal);
        Assert.Equal("other", await AskAsync(pod, Other, AppPort));
        await RunAsync(pod, "--cleanup");
    }

    [IptablesFact]
    public async Task Redirect_OfIPv6_IsTheSame()
    {
        await using var network = await PodNetwork.StartAsync();
        var (pod, other) = await StartAsync(network);
        await ShellAsync($"ip -n {pod.Name} addr add fd00:9::2/64 dev eth0 nodad; ip -n {other.Name} addr add fd00:9::3/64 dev eth0 nodad");
        using var answers = new Listeners();
        answers.Open(pod, 15001, "outbound", IPAddress.IPv6Any).Open(pod, 15006, "inbound", IPAddress.IPv6Any).Open(other, AppPort, "other", IPAddress.IPv6Any);
        await RunAsync(pod, "--apply", "-x", "10.0.0.0/8");

        Assert.Equal("outbound", await AskAsync(pod, "fd00:9::3", AppPort));
        Assert.Equal("inbound", await AskAsync(other, "fd00:9::2", AppPort));
        Assert.Equal("other", await AskAsync(pod, Other, AppPort));
    }

    [IptablesFact]
    public async Task Tproxy_InAPod_KeepsTheAddressesOfInboundConnections()
    {
        await using var network = await PodNetwork.StartAsync();
        var (pod, other) = await StartAsync(network);
        using var answers = new Listeners();
        answers.Open(pod, 15001, "outbound").Open(pod, 15006, "inbound", isTransparent: true).Open(pod, ExcludedPort, "excluded").Open(other, AppPort, "other");
        await RunAsync(pod, "--apply", "-m", "TPROXY", "-d", $"{ExcludedPort}");
        await RunAsync(pod, "--apply", "-m", "TPROXY", "-d", $"{ExcludedPort}");

        Assert.Equal($"inbound {Own}:{AppPort} from {Other}", await AskAsync(other, Own, AppPort));
        Assert.Equal("excluded", await AskAsync(other, Own, ExcludedPort));
        Assert.Equal("outbound", await AskAsync(pod, Other, AppPort));
        Assert.Equal("other", await AskAsProxyAsync(pod, Other, AppPort));

        await RunAsync(pod, "--cleanup");
        var left = await SaveAsync(pod) + await ShellAsync($"ip netns exec {pod.Name} ip rule show");
        Assert.DoesNotContain("MESH_", left, StringComparison.Ordinal);
        Assert.DoesNotContain("0x539", left, StringComparison.Ordinal);
    }

    private static async Task<(NetworkNamespace Pod, NetworkNamespace Other)> StartAsync(PodNetwork network) =>
        (await network.AddPodAsync(Own, intercepted: false), await network.AddPodAsync(Other, intercepted: false));

    private static async Task RunAsync(NetworkNamespace pod, params string[] arguments)
    {
        var (program, first) = (pod.Launcher[0], pod.Launcher.Skip(1));
        var (exitCode, output) = await ExternalProcess.RunAsync(
            program, [.. first, "dotnet", Path.Combine(AppContext.BaseDirectory, "controlplane.dll"), "iptables", .. arguments], TimeSpan.FromSeconds(60));
        Assert.True(exitCode == 0, output);
    }

    private static Task<string> SaveAsync(NetworkNamespace pod) =>
        ShellAsync($"(ip netns exec {pod.Name} iptables-save; ip netns exec {pod.Name} ip6tables-save) | grep -v '^#' | sed 's/\\[.*\\]//'");

    private static async Task<string> ShellAsync(string script)
    {
        var (exitCode, output) = await ExternalProcess.RunAsync("sh", ["-e", "-c", script], TimeSpan.FromSeconds(20));
        Assert.True(exitCode == 0, output);
        return output;
    }

    private static async Task<string> AskAsync(NetworkNamespace from, string address, int port)
    {
        var target = IPAddress.Parse(address);
        using var stop = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        using var socket = from.Run(() => new Socket(target.AddressFamily, SocketType.Stream, ProtocolType.Tcp));
        await socket.ConnectAsync(new IPEndPoint(target, port), stop.Token);
        var buffer = new byte[200];
        return Encoding.ASCII.GetString(buffer, 0, await socket.ReceiveAsync(buffer, stop.Token));
    }

    /// <summary>Asks as the user whose traffic is the proxy's.</summary>
    private static async Task<string> AskAsProxyAsync(NetworkNamespace from, string address, int port)
    {
        var launcher = from.ProxyLauncher;
        var (exitCode, output) = await ExternalProcess.RunAsync(
            launcher[0], [.. launcher.Skip(1), "timeout", "20", "bash", "-c", $"cat < /dev/tcp/{address}/{port}"], TimeSpan.FromSeconds(30));
        Assert.True(exitCode == 0, output);
        return output.TrimEnd();
    }

    /// <summary>Servers that say their name to whoever connects, and hang up.</summary>
    private sealed class Listeners : IDisposable
    {
        private const int IpTransparent = 19;

        private readonly List<Socket> _sockets = [];

        public Listeners Open(NetworkNamespace pod, int port, string name, IPAddress? address = null, bool isTransparent = false)
        {
            address ??= IPAddress.Any;
            var socket = pod.Run(() => new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp));
            if (isTransparent)
                socket.SetRawSocketOption(0, IpTransparent, BitConverter.GetBytes(1));
            if (address.AddressFamily == AddressFamily.InterNetworkV6)
                socket.DualMode = true;
            socket.Bind(new IPEndPoint(address, port));
            socket.Listen();
            _sockets.Add(socket);
            _ = ServeAsync(socket, name, isTransparent);
            return this;
        }

        public void Dispose() => _sockets.ForEach(socket => socket.Dispose());

        private static async Task ServeAsync(Socket listener, string name, bool withAddresses)
        {
            try
            {
                while (true)
                {
                    using var socket = await listener.AcceptAsync();
                    var text = withAddresses ? $"{name} {socket.LocalEndPoint} from {((IPEndPoint)socket.RemoteEndPoint!).Address}" : name;
                    await socket.SendAsync(Encoding.ASCII.GetBytes(text));
                    socket.Shutdown(SocketShutdown.Both);
                }
            }
            catch (Exception fault) when (fault is SocketException or ObjectDisposedException)
            {
                // The test is over.
            }
        }
    }
}
