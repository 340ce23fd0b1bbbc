using ControlPlane.Translation.Envoy.Names;
using ControlPlane.Translation.Views.Outbound;
using Envoy.Config.Route.V3;
using Google.Protobuf.WellKnownTypes;

namespace ControlPlane.Translation.Envoy.Routes;

/// <summary>The virtual host of requests to hosts that nobody knows.</summary>
/// <param name="Policy">What becomes of them.</param>
/// <param name="AttemptCount">Whether the upstream is told how often a request was tried.</param>
/// <param name="ForwardedHost">Whether the upstream is told the host that was asked for.</param>
public sealed record CatchAllRoute(OutboundPolicy Policy, bool AttemptCount, bool ForwardedHost)
{
    private const uint BadGateway = 502;

    /// <summary>Makes the virtual host.</summary>
    public VirtualHost Build()
    {
        var route = Policy.Mode switch
        {
            OutboundPolicyMode.AllowAny => To(RouteNames.AllowAny, Policy.FallthroughCluster),
            OutboundPolicyMode.AllowAnyDynamicDns => To(RouteNames.AllowAnyDynamicDns, ClusterNames.AllowAnyDynamicDns),
            _ => new Route { Name = RouteNames.BlockAll, DirectResponse = new DirectResponseAction { Status = BadGateway } },
        };
        route.Match = new RouteMatch { Prefix = "/" };
        return new VirtualHost { Name = route.Name, Domains = { "*" }, Routes = { route }, IncludeRequestAttemptCount = AttemptCount };
    }

    private Route To(string name, string cluster) => new()
    {
        Name = name,
        Route_ = new RouteAction { Cluster = cluster, Timeout = new Duration(), MaxGrpcTimeout = new Duration(), AppendXForwardedHost = ForwardedHost },
    };
}
