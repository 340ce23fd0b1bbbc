using ControlPlane.Model.Proxies;
using Envoy.Config.Route.V3;

namespace ControlPlane.Translation.Envoy.Capabilities;

/// <summary>A route's max_grpc_timeout, which Envoy warns of, becomes the bound of the grpc-timeout header in max_stream_duration.</summary>
internal sealed class GrpcTimeoutSubstitution : Substitution
{
    /// <inheritdoc/>
    public override bool AppliesTo(ProxyCapabilities capabilities) => !capabilities.Missing.IsEmpty || capabilities.Agentless;

    /// <inheritdoc/>
    public override void Edit(RouteAction action)
    {
        if (action.MaxGrpcTimeout is not { } timeout)
            return;
        action.MaxStreamDuration ??= new RouteAction.Types.MaxStreamDuration();
        action.MaxStreamDuration.GrpcTimeoutHeaderMax ??= timeout;
        action.MaxGrpcTimeout = null;
    }
}
