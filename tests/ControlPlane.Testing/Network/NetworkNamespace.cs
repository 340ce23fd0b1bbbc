using System.ComponentModel;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Runtime.ExceptionServices;
using Microsoft.Win32.SafeHandles;

namespace ControlPlane.Testing.Network;

/// <summary>
/// A named network namespace (ip netns). A socket belongs for life to the namespace of the thread that made it, so this process can listen and
/// connect in any number of them.
/// </summary>
public sealed class NetworkNamespace(string name)
{
    private const int CloneNewNet = 0x40000000;

    public string Name { get; } = name;

    /// <summary>What starts a program inside, as user 1337, whose traffic interception leaves alone.</summary>
    public IReadOnlyList<string> ProxyLauncher =>
        [.. Launcher, "setpriv", "--reuid", "1337", "--regid", "1337", "--clear-groups"];

    /// <summary>What starts a program inside.</summary>
    public IReadOnlyList<string> Launcher => ["ip", "netns", "exec", Name];

    /// <summary>Runs an action on a thread of its own inside the namespace.</summary>
    public T Run<T>(Func<T> action)
    {
        T result = default!;
        ExceptionDispatchInfo? failure = null;
        var thread = new Thread(() =>
        {
            try
            {
                Enter();
                result = action();
            }
            catch (Exception e)
            {
                failure = ExceptionDispatchInfo.Capture(e);
            }
        });
        thread.Start();
        thread.Join();
        failure?.Throw();
        return result;
    }

    /// <summary>Connects from inside.</summary>
    public async Task<Socket> ConnectAsync(EndPoint target, CancellationToken stop = default)
    {
        var socket = Run(() => new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true });
        try
        {
            await socket.ConnectAsync(target, stop);
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>An HTTP client whose connections start inside.</summary>
    public HttpClient NewHttpClient(TimeSpan? pooledConnectionLifetime = null) => new(new SocketsHttpHandler
    {
        PooledConnectionLifetime = pooledConnectionLifetime ?? Timeout.InfiniteTimeSpan,
        ConnectCallback = async (context, stop) =>
            new NetworkStream(await ConnectAsync(new IPEndPoint(IPAddress.Parse(context.DnsEndPoint.Host), context.DnsEndPoint.Port), stop), ownsSocket: true),
    })
    {
        Timeout = TimeSpan.FromSeconds(10),
    };

    private void Enter()
    {
        using SafeFileHandle file = File.OpenHandle($"/run/netns/{Name}");
        if (SetNamespace(file, CloneNewNet) != 0)
            throw new Win32Exception(Marshal.GetLastPInvokeError(), $"cannot enter the network namespace {Name}");
    }

    [DllImport("libc", EntryPoint = "setns", SetLastError = true)]
    private static extern int SetNamespace(SafeFileHandle fd, int kind);
}
