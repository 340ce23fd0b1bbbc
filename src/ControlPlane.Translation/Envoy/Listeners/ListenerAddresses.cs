using ControlPlane.Model.Collections;
using Envoy.Config.Core.V3;
using Envoy.Config.Listener.V3;

namespace ControlPlane.Translation.Envoy.Listeners;

/// <summary>Addresses of listeners.</summary>
internal static class ListenerAddresses
{
    private const string UnixPrefix = "unix://";

    /// <summary>An address and port; with port 0 a Unix domain socket.</summary>
    public static Address Of(string address, int port) => port == 0
        ? new Address { Pipe = new Pipe { Path = address.StartsWith(UnixPrefix, StringComparison.Ordinal) ? address[UnixPrefix.Length..] : address } }
        : new Address { SocketAddress = new SocketAddress { Address = address, PortValue = (uint)port } };

    /// <summary>Sets the addresses of a listener, the first of which is its main one.</summary>
    public static void Set(Listener listener, EquatableArray<string> addresses, int port)
    {
        listener.Address = Of(addresses[0], port);
        foreach (var further in addresses.Skip(1).Where(a => a.Length > 0))
            listener.AdditionalAddresses.Add(new AdditionalAddress { Address = Of(further, port) });
    }

    /// <summary>Distributes connections over the proxy's threads evenly.</summary>
    public static Listener.Types.ConnectionBalanceConfig ExactBalance() => new() { ExactBalance = new() };
}
