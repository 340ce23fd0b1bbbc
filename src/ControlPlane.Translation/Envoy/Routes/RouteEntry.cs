using ControlPlane.Translation.Envoy.Names;
using Envoy.Config.Route.V3;
using Google.Protobuf.WellKnownTypes;
using Istio.Networking.V1Alpha3;

namespace ControlPlane.Translation.Envoy.Routes;

/// <summary>A route of a virtual host.</summary>
public abstract record RouteEntry
{
    /// <summary>Makes the route.</summary>
    /// <param name="retries">Retries of routes without their own, null for Istio's.</param>
    public abstract Route Build(HTTPRetry? retries);

    /// <summary>The route of a service of which no rule speaks.</summary>
    /// <param name="Host">Host of the service.</param>
    /// <param name="Port">Service port.</param>
    /// <param name="Hash">By what requests are hashed, null where they are not.</param>
    public sealed record Default(string Host, int Port, Frozen<RouteAction.Types.HashPolicy>? Hash = null) : RouteEntry
    {
        /// <inheritdoc/>
        public override Route Build(HTTPRetry? retries)
        {
            var action = new RouteAction
            {
                Cluster = ClusterNames.Outbound(Port, "", Host),
                Timeout = new Duration(),
                MaxGrpcTimeout = new Duration(),
                RetryPolicy = RetryPolicies.Outbound(retries, consistentHash: false),
            };
            if (Hash is not null)
                action.HashPolicy.Add(Hash.Message);
            return new Route
            {
                Name = RouteNames.Default,
                Match = new RouteMatch { Prefix = "/" },
                Decorator = new Decorator { Operation = RouteNames.Operation(Host, Port) },
                Route_ = action,
            };
        }
    }

    /// <summary>A route that a rule gives, ready made.</summary>
    /// <param name="Route">The route.</param>
    public sealed record Contributed(Frozen<Route> Route) : RouteEntry
    {
        /// <inheritdoc/>
        public override Route Build(HTTPRetry? retries) => Route.Clone();
    }
}
