using ControlPlane.Model.Incremental;
using ControlPlane.Translation.Envoy.Names;
using ControlPlane.Translation.Features.DestinationRule;
using ControlPlane.Translation.Features.VirtualService;
using ControlPlane.Translation.Views;
using ControlPlane.Translation.Views.Outbound;
using ControlPlane.Translation.Views.Services;
using Istio.Networking.V1Alpha3;

namespace ControlPlane.Translation.Envoy.Routes;

/// <summary>What routes of a port need to know of the services that a sidecar sees.</summary>
internal sealed class SidecarRouteDirectory(IReader reader, PortScope port) : IRouteDirectory
{
    private readonly OutboundScope _scope = port.Scope.Outbound;

    /// <inheritdoc/>
    public HTTPRetry? DefaultRetries => reader.Get(RetryPolicies.MeshOutbound, Unit.Value)?.Message;

    /// <inheritdoc/>
    public bool ForwardedHost => port.ForwardedHost;

    /// <summary>
    /// The cluster of a destination. Without a port it means that of the route configuration, of a forward proxy the only port of the
    /// service; whether the service has it is not asked. An alias that has the port of the route configuration stands for its target.
    /// </summary>
    public string Cluster(Destination destination)
    {
        if (destination.Host.Length == 0)
            return ClusterNames.UnknownService;
        var service = Registered(destination.Host);
        var number = destination.Port is { } named ? (int)named.Number : port.Port != 0 ? port.Port : service is { Ports.Count: 1 } ? service.Ports[0].Number : 0;
        return ClusterNames.Outbound(number, destination.Subset, service is { Resolution: Resolution.Alias } ? service.AliasOf : destination.Host);
    }

    /// <inheritdoc/>
    public LoadBalancerSettings.Types.ConsistentHashLB? Hash(Destination destination)
    {
        if (reader.Get(OutboundServices.OfHost, (_scope, false, destination.Host)) is not { } service
            || !DestinationRules.MayHash(reader, _scope.Namespace, service))
            return null;
        return DestinationRules.Outbound(reader, _scope.Namespace, port.Scope.Labels, service) is { } rule ? HashSettings.OfDestination(rule, destination) : null;
    }

    private MeshService? Registered(string host)
    {
        MeshService? youngest = null;
        foreach (var service in reader.Get(PortServices.OfHost, (_scope, port.Listener, host)))
        {
            if (port.Port == 0 || service.Ports.Any(p => p.Number == port.Port))
                youngest = service;
        }

        return youngest;
    }
}
