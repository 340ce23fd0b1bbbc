using ControlPlane.Model.Incremental;
using ControlPlane.Translation.Features.DestinationRule;
using ControlPlane.Translation.Features.VirtualService;
using ControlPlane.Translation.Views;
using ControlPlane.Translation.Views.Mesh;
using ControlPlane.Translation.Views.Proxies;
using ControlPlane.Translation.Views.Services;
using Istio.Networking.V1Alpha3;

namespace ControlPlane.Translation.Envoy.Routes;

/// <summary>The services around the routes of a gateway.</summary>
/// <param name="reader">Everything known.</param>
/// <param name="proxy">The class of gateways.</param>
/// <param name="ruleNamespace">Namespace of the VirtualService: a service of its own namespace goes before others of the same host.</param>
/// <param name="port">Port of the server.</param>
internal sealed class GatewayRouteDirectory(IReader reader, ProxyClass proxy, string ruleNamespace, int port) : IRouteDirectory
{
    /// <inheritdoc/>
    public HTTPRetry? DefaultRetries => reader.Get(RetryPolicies.MeshOutbound, Unit.Value)?.Message;

    /// <inheritdoc/>
    public bool ForwardedHost => ProxyConfigs.Of(reader, proxy).ProxyHeaders?.XForwardedHost?.Enabled ?? false;

    /// <inheritdoc/>
    public string Cluster(Destination destination) => DestinationClusters.Name(destination, Find(destination.Host), port);

    /// <inheritdoc/>
    public LoadBalancerSettings.Types.ConsistentHashLB? Hash(Destination destination) =>
        GatewayDestinations.Service(reader, proxy, destination.Host) is { } service
        && DestinationRules.MayHash(reader, proxy.Namespace, service)
        && DestinationRules.Outbound(reader, proxy, service) is { } rule
            ? HashSettings.OfDestination(rule, destination)
            : null;

    private MeshService? Find(string host) =>
        reader.Get(ServiceDirectory.OfHost, host).FirstOrDefault(s => s.Namespace == ruleNamespace && s.ExportTo.Includes(proxy.Namespace))
        ?? GatewayDestinations.Service(reader, proxy, host);
}
