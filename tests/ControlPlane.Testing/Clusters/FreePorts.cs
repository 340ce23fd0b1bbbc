using System.Net;
using System.Net.Sockets;

namespace ControlPlane.Testing.Clusters;

/// <summary>Ports for programs that can't choose one themselves.</summary>
public static class FreePorts
{
    /// <summary>Some ports of loopback that were free just now, all different.</summary>
    public static int[] Take(int count)
    {
        var probes = Enumerable.Range(0, count).Select(_ => new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp)).ToList();
        try
        {
            probes.ForEach(probe => probe.Bind(new IPEndPoint(IPAddress.Loopback, 0)));
            return [.. probes.Select(probe => ((IPEndPoint)probe.LocalEndPoint!).Port)];
        }
        finally
        {
            probes.ForEach(probe => probe.Dispose());
        }
    }
}
