using ControlPlane.Model.Proxies;
using Envoy.Config.Route.V3;

namespace ControlPlane.Translation.Envoy.Capabilities;

/// <summary>
/// A route's max_grpc_timeout, which Envoy warns of, becomes the bound of the grpc-timeout header in max_stream_duration. Not so where the
/// route has a timeout: Envoy ignores that as soon as max_stream_duration is set. The warning is the smaller evil.
/// </summary>
internal sealed class GrpcTimeoutSubstitution : Substitution
{
    /// <inheritdoc/>
    public override bool AppliesTo(ProxyCapabilities capabilities) => !capabilities.Missing.IsEmpty || capabilities.Agentless;

    /// <inheritdoc/>
    public override void Edit(RouteAction action)
    {
        if (action.MaxGrpcTimeout is not { } timeout || action.Timeout is not { Seconds: 0, Nanos: 0 })
            return;
        action.MaxStreamDuration ??= new RouteAction.Types.MaxStreamDuration();
        action.MaxStreamDuration.GrpcTimeoutHeaderMax ??= timeout;
        action.MaxGrpcTimeout = null;
    }
}
