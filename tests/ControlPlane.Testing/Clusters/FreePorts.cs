using System.Net;
using System.Net.Sockets;

namespace ControlPlane.Testing.Clusters;

/// <summary>Ports for programs that can't choose one themselves.</summary>
public static class FreePorts
{
    // Below those that Linux gives to connections (net.ipv4.ip_local_port_range): of these, one that is free now may be the end of a connection when
    // the program that it is meant for begins to listen.
    private const int First = 10_000;
    private const int End = 32_768;

    private static readonly HashSet<int> Given = [];

    /// <summary>Some ports of loopback that were free just now, all different, and given to nobody else in this process.</summary>
    public static int[] Take(int count)
    {
        lock (Given)
            return [.. Enumerable.Range(0, count).Select(_ => Take())];
    }

    private static int Take()
    {
        while (true)
        {
            var port = Random.Shared.Next(First, End);
            if (!Given.Contains(port) && IsFree(port))
            {
                Given.Add(port);
                return port;
            }
        }
    }

    private static bool IsFree(int port)
    {
        using var probe = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            probe.Bind(new IPEndPoint(IPAddress.Loopback, port));
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
