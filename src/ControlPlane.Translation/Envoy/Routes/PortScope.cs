namespace ControlPlane.Translation.Envoy.Routes;

/// <summary>What decides on the virtual hosts of one port of one egress listener.</summary>
/// <param name="Scope">Who asks.</param>
/// <param name="ForwardedHost">Whether the upstream is told the host that was asked for, where the proxy changes it.</param>
/// <param name="ForGrpc">Whether a gRPC client reads the routes itself.</param>
/// <param name="Listener">The egress listener.</param>
/// <param name="Port">The port, 0 for all ports.</param>
internal sealed record PortScope(RouteScope Scope, bool ForwardedHost, bool ForGrpc, int Listener, int Port)
{
    /// <summary>Whether clients name the port too, as those of a forward proxy and of gRPC do.</summary>
    public bool WithPort => ForGrpc || Port == 0;
}
