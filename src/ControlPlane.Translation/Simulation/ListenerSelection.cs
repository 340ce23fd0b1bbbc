using System.Net;
using Envoy.Config.Core.V3;
using Envoy.Config.Listener.V3;

namespace ControlPlane.Translation.Simulation;

/// <summary>Which listener takes a connection.</summary>
internal static class ListenerSelection
{
    /// <summary>
    /// The listener, or null: for an intercepted connection first the one that interception leads to, which binds its port; where that gives
    /// connections on to whoever serves their original destination, that one, if there is any.
    /// </summary>
    public static Listener? Find(ProxyResources resources, SimulatedConnection connection)
    {
        if (connection.Entry == ConnectionEntry.Direct)
            return Serving(resources.Listeners.Where(Binds), connection.Destination);
        var direction = connection.Entry == ConnectionEntry.Outbound ? TrafficDirection.Outbound : TrafficDirection.Inbound;
        var capturing = resources.Listeners.FirstOrDefault(listener => listener.TrafficDirection == direction && Binds(listener) && TakesIntercepted(listener));
        if (capturing is null)
            return null;
        return (capturing.UseOriginalDst == true ? Serving(resources.Listeners, connection.Destination) : null) ?? capturing;
    }

    /// <summary>Whether a listener takes connections of the network, not only those that others give on to it.</summary>
    public static bool Binds(Listener listener) => listener.BindToPort ?? true;

    /// <summary>Whether a listener knows the original destination of what it takes.</summary>
    private static bool TakesIntercepted(Listener listener) =>
        listener.UseOriginalDst == true || listener.ListenerFilters.Any(filter => TypeOf(filter) == "envoy.extensions.filters.listener.original_dst.v3.OriginalDst");

    /// <summary>The listener of an address and port; where there is none, that of the port on any address of the family.</summary>
    private static Listener? Serving(IEnumerable<Listener> listeners, IPEndPoint destination)
    {
        Listener? any = null;
        foreach (var listener in listeners)
        {
            foreach (var address in listener.AdditionalAddresses.Select(additional => additional.Address).Prepend(listener.Address))
            {
                if (address?.SocketAddress is not { } socket || socket.PortValue != destination.Port || !IPAddress.TryParse(socket.Address, out var ip))
                    continue;
                if (ip.Equals(destination.Address))
                    return listener;
                if (IsAny(ip, destination.Address, socket.Ipv4Compat))
                    any = listener;
            }
        }

        return any;
    }

    private static bool IsAny(IPAddress ip, IPAddress destination, bool ipv4Compat) =>
        (ip.Equals(IPAddress.Any) && destination.AddressFamily == IPAddress.Any.AddressFamily)
        || (ip.Equals(IPAddress.IPv6Any) && (ipv4Compat || destination.AddressFamily == IPAddress.IPv6Any.AddressFamily));

    private static string TypeOf(ListenerFilter filter) => filter.TypedConfig is { } config ? Google.Protobuf.WellKnownTypes.Any.GetTypeName(config.TypeUrl) : "";
}
