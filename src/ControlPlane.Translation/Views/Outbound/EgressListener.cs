using ControlPlane.Translation.Views.Services;

namespace ControlPlane.Translation.Views.Outbound;

/// <summary>An egress listener of a Sidecar, or the only one of a proxy without Sidecar.</summary>
/// <param name="Index">Its place in the scope, from 0.</param>
/// <param name="Port">Its port, 0 for a Unix domain socket; null for a listener that takes every port of its services.</param>
/// <param name="Protocol">Protocol of the port.</param>
/// <param name="Bind">Address to bind, or unix://path; "" where none is given.</param>
/// <param name="Captured">Whether interception brings the connections; else the listener binds its port.</param>
/// <param name="PortName">Name of the port, "" for none.</param>
public sealed record EgressListener(int Index, int? Port, Protocol Protocol, string Bind, bool Captured, string PortName = "")
{
    /// <summary>The listener of a proxy without Sidecar: every port of every visible service.</summary>
    public static EgressListener CatchAll { get; } = new(0, null, Protocol.Auto, "", true);

    /// <summary>Whether only services with this very port belong to it. Forward proxies and sockets serve all ports.</summary>
    public bool MatchesPort => Port is > 0 && Protocol != Protocol.HttpProxy;

    /// <summary>The listener that a route configuration belongs to, by port or, for sockets, by the path that names it; null where there is none.</summary>
    /// <param name="listeners">The listeners of a scope.</param>
    /// <param name="port">Port that the route configuration's name says, 0 for none.</param>
    /// <param name="routeName">Its name.</param>
    public static EgressListener? OfRoute(IEnumerable<EgressListener> listeners, int port, string routeName)
    {
        foreach (var listener in listeners)
        {
            if (listener.Port is not { } own || (own == port && (port != 0 || listener.Bind == routeName)))
                return listener;
        }

        return null;
    }
}
