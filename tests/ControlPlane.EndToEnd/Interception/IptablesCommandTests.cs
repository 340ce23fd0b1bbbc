using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
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
    private const int ProxyUser = 1337;

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
        await RunAsync(pod, "--apply", "-x", "10.0.0.0/8");
        Assert.Contains("::6/128", await ShellAsync($"ip -n {pod.Name} -6 addr show dev lo"), StringComparison.Ordinal);

        Assert.Equal("outbound", await AskAsync(pod, "fd00:9::3", AppPort));
        Assert.Equal("inbound", await AskAsync(other, "fd00:9::2", AppPort));
        Assert.Equal("other", await AskAsync(pod, Other, AppPort));
        await RunAsync(pod, "--cleanup");
        Assert.DoesNotContain("::6/128", await ShellAsync($"ip -n {pod.Name} -6 addr show dev lo"), StringComparison.Ordinal);
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

    [IptablesFact]
    public async Task Tproxy_OfIPv6_IsTheSame()
    {
        await using var network = await PodNetwork.StartAsync();
        var (pod, other) = await StartAsync(network);
        await ShellAsync($"ip -n {pod.Name} addr add fd00:9::2/64 dev eth0 nodad; ip -n {other.Name} addr add fd00:9::3/64 dev eth0 nodad");
        using var answers = new Listeners();
        answers.Open(pod, 15001, "outbound", IPAddress.IPv6Any).Open(pod, 15006, "inbound", IPAddress.IPv6Any, isTransparent: true).Open(other, AppPort, "other", IPAddress.IPv6Any);
        await RunAsync(pod, "--apply", "-m", "TPROXY", "--drop-invalid");

        Assert.Equal($"inbound [fd00:9::2]:{AppPort} from fd00:9::3", await AskAsync(other, "fd00:9::2", AppPort));
        Assert.Equal("outbound", await AskAsync(pod, "fd00:9::3", AppPort));
        Assert.Equal("other", await AskAsProxyAsync(pod, "fd00:9::3", AppPort));
        await RunAsync(pod, "--cleanup");
        Assert.DoesNotContain("MESH_", await SaveAsync(pod), StringComparison.Ordinal);
    }

    [IptablesTheory]
    [InlineData("10.9.0.2", "10.9.0.3", "10.9.0.9")]
    [InlineData("fd00:9::2", "fd00:9::3", "fd00:9::9")]
    public async Task Dns_ToAResolver_GoesToTheAgentAndTheAgentsOwnDoesNot(string own, string resolver, string another)
    {
        await using var network = await PodNetwork.StartAsync();
        var (pod, other) = await StartAsync(network);
        await ShellAsync($"ip -n {pod.Name} addr add fd00:9::2/64 dev eth0 nodad; ip -n {other.Name} addr add fd00:9::3/64 dev eth0 nodad; ip -n {other.Name} addr add fd00:9::9/64 dev eth0 nodad; ip -n {other.Name} addr add 10.9.0.9/8 dev eth0");
        var any = IPAddress.Parse(own).AddressFamily == AddressFamily.InterNetwork ? IPAddress.Any : IPAddress.IPv6Any;
        using var answers = new Listeners();
        answers.Open(pod, 15001, "outbound", any).Open(pod, 15006, "inbound", any).Open(pod, 15053, "agent", any).OpenUdp(pod, 15053, "agent", any, Equals(any, IPAddress.Any) ? IPAddress.Loopback : IPAddress.IPv6Loopback, ProxyUser)
            .Open(other, 53, "resolver", any).OpenUdp(other, 53, "resolver", any, IPAddress.Parse(resolver)).OpenUdp(other, 53, "another", any, IPAddress.Parse(another));
        var file = Path.GetTempFileName();
        await File.WriteAllTextAsync(file, $"search svc.cluster.local\nnameserver {resolver}\n");
        await RunAsync(pod, "--apply", "--redirect-dns", "--resolv-conf", file);

        Assert.Equal("agent", await QueryAsync(pod, resolver, 40001));
        Assert.Equal("agent", await AskAsync(pod, resolver, 53));
        Assert.Equal("another", await QueryAsync(pod, another, 40002));
        Assert.Equal("outbound", await AskAsync(pod, another, 53));
        Assert.Equal("resolver", await AskAsProxyAsync(pod, resolver, 53));

        // By the very port from which the application has just asked: the zones keep the two apart.
        Assert.Equal("resolver", await QueryAsync(pod, resolver, 40001, ProxyUser));
        Assert.Equal("agent", await QueryAsync(pod, resolver, 40001));

        var rules = await SaveAsync(pod);
        await RunAsync(pod, "--apply", "--redirect-dns", "--resolv-conf", file);
        Assert.Equal(rules, await SaveAsync(pod));
        await RunWithAsync(pod, ["ISTIO_META_DNS_CAPTURE=true", "CAPTURE_ALL_DNS=true"], "--apply");
        Assert.Equal("agent", await QueryAsync(pod, another, 40003));
        Assert.Equal("agent", await AskAsync(pod, another, 53));

        await RunAsync(pod, "--cleanup");
        Assert.DoesNotContain("MESH_", await SaveAsync(pod), StringComparison.Ordinal);
        Assert.Equal("resolver", await QueryAsync(pod, resolver, 40004));
        File.Delete(file);
    }

    private static async Task<(NetworkNamespace Pod, NetworkNamespace Other)> StartAsync(PodNetwork network) =>
        (await network.AddPodAsync(Own, intercepted: false), await network.AddPodAsync(Other, intercepted: false));

    private static Task RunAsync(NetworkNamespace pod, params string[] arguments) => RunWithAsync(pod, [], arguments);

    private static async Task RunWithAsync(NetworkNamespace pod, string[] environment, params string[] arguments)
    {
        var (program, first) = (pod.Launcher[0], pod.Launcher.Skip(1));
        var (exitCode, output) = await ExternalProcess.RunAsync(
            program, [.. first, "env", .. environment, "dotnet", Path.Combine(AppContext.BaseDirectory, "controlplane.dll"), "iptables", .. arguments], TimeSpan.FromSeconds(60));
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

    /// <summary>Sends a datagram to port 53 and gives the answer; one from elsewhere is none.</summary>
    private static async Task<string> QueryAsync(NetworkNamespace from, string address, int port, int user = 0)
    {
        var target = IPAddress.Parse(address);
        using var stop = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        using var socket = Datagrams(from, target.AddressFamily, user);
        socket.Bind(new IPEndPoint(target.AddressFamily == AddressFamily.InterNetwork ? IPAddress.Any : IPAddress.IPv6Any, port));
        await socket.ConnectAsync(new IPEndPoint(target, 53), stop.Token);
        await socket.SendAsync("?"u8.ToArray(), stop.Token);
        var buffer = new byte[200];
        return Encoding.ASCII.GetString(buffer, 0, await socket.ReceiveAsync(buffer, stop.Token));
    }

    /// <summary>A socket of another user: rules about owners go by who the thread was that made it.</summary>
    private static Socket Datagrams(NetworkNamespace pod, AddressFamily family, int user) => pod.Run(() =>
    {
        if (user != 0)
            _ = SetUser(user);
        return new Socket(family, SocketType.Dgram, ProtocolType.Udp);
    });

    [DllImport("libc", EntryPoint = "setfsuid")]
    private static extern int SetUser(int user);

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
        private const int IPv6Level = 41;
        private const int IPv6Transparent = 75;

        private readonly List<Socket> _sockets = [];

        public Listeners Open(NetworkNamespace pod, int port, string name, IPAddress? address = null, bool isTransparent = false)
        {
            address ??= IPAddress.Any;
            var socket = pod.Run(() => new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp));
            if (isTransparent)
                socket.SetRawSocketOption(address.AddressFamily == AddressFamily.InterNetwork ? 0 : IPv6Level, address.AddressFamily == AddressFamily.InterNetwork ? IpTransparent : IPv6Transparent, BitConverter.GetBytes(1));
            if (address.AddressFamily == AddressFamily.InterNetworkV6)
                socket.DualMode = true;
            socket.Bind(new IPEndPoint(address, port));
            socket.Listen();
            _sockets.Add(socket);
            _ = ServeAsync(socket, name, isTransparent);
            return this;
        }

        /// <summary>Answers each datagram with the name.</summary>
        public Listeners OpenUdp(NetworkNamespace pod, int port, string name, IPAddress any, IPAddress? address = null, int user = 0)
        {
            var socket = Datagrams(pod, any.AddressFamily, user);
            socket.Bind(new IPEndPoint(address ?? any, port));
            _sockets.Add(socket);
            _ = AnswerAsync(socket, name);
            return this;
        }

        private static async Task AnswerAsync(Socket socket, string name)
        {
            try
            {
                var buffer = new byte[200];
                while (true)
                {
                    var received = await socket.ReceiveFromAsync(buffer, new IPEndPoint(socket.AddressFamily == AddressFamily.InterNetwork ? IPAddress.Any : IPAddress.IPv6Any, 0));
                    await socket.SendToAsync(Encoding.ASCII.GetBytes(name), received.RemoteEndPoint);
                }
            }
            catch (Exception fault) when (fault is SocketException or ObjectDisposedException)
            {
                // The test is over.
            }
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
