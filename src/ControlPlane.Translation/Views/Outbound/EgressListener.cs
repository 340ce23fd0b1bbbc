using ControlPlane.Translation.Views.Services;

namespace ControlPlane.Translation.Views.Outbound;

/// <summary>An egress listener of a Sidecar, or the only one of a proxy without Sidecar.</summary>
/// <param name="Index">Its place in the scope, from 0.</param>
/// <param name="Port">Its port; null for a listener that has none and takes every port of its services.</param>
/// <param name="Protocol">Protocol of the port.</param>
/// <param name="Bind">Address to bind, "" where none is given.</param>
/// <param name="Captured">Whether interception brings the connections; else the listener binds its port.</param>
public sealed record EgressListener(int Index, int? Port, Protocol Protocol, string Bind, bool Captured)
{
    /// <summary>The listener of a proxy without Sidecar: every port of every visible service.</summary>
    public static EgressListener CatchAll { get; } = new(0, null, Protocol.Auto, "", true);
}
