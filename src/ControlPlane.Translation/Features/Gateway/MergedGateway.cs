using ControlPlane.Model.Collections;

namespace ControlPlane.Translation.Features.Gateway;

/// <summary>All Gateways of a proxy, joined.</summary>
/// <param name="Groups">The servers by port, in order of appearance.</param>
/// <param name="Routes">The route configurations, by name, each with the servers that share it, in order.</param>
/// <param name="PassesAnythingThrough">Whether some server hands TLS through to whatever cluster the client names.</param>
public sealed record MergedGateway(
    EquatableArray<ServerGroup> Groups, EquatableArray<(string Name, EquatableArray<GatewayServer> Servers)> Routes, bool PassesAnythingThrough)
{
    /// <summary>No servers.</summary>
    public static MergedGateway None { get; } = new([], [], false);
}
