using ControlPlane.Translation.Envoy.Listeners;
using ControlPlane.Translation.Envoy.Names;
using ControlPlane.Translation.Views.Services;
using Envoy.Config.Route.V3;
using Google.Protobuf.WellKnownTypes;
using Istio.Networking.V1Alpha3;

namespace ControlPlane.Translation.Envoy.Routes;

/// <summary>The route configuration of an inbound port: everything to the application.</summary>
internal static class InboundRoutes
{
    /// <summary>The configuration, which is part of the listener.</summary>
    public static RouteConfiguration Build(InboundChain port, HTTPRetry? retries)
    {
        var action = new RouteAction
        {
            Cluster = port.Cluster,
            Timeout = new Duration(),
            MaxStreamDuration = new RouteAction.Types.MaxStreamDuration { MaxStreamDuration_ = new Duration(), GrpcTimeoutHeaderMax = new Duration() },
        };

        // Streams of gRPC don't bear being sent again.
        if (port.Protocol is not (Protocol.Grpc or Protocol.GrpcWeb))
            action.RetryPolicy = RetryPolicies.Inbound(retries);
        var route = new Route
        {
            Name = RouteNames.Default,
            Match = new RouteMatch { Prefix = "/" },
            Decorator = new Decorator { Operation = RouteNames.Operation(port.Host, port.ServicePort) },
            Route_ = action,
        };
        var host = new VirtualHost { Name = RouteNames.InboundVirtualHost(port.ServicePort), Domains = { "*" }, Routes = { route } };
        return new RouteConfiguration { Name = port.Cluster, ValidateClusters = false, VirtualHosts = { host } };
    }
}
