using ControlPlane.Model.Incremental;
using ControlPlane.Translation.Envoy.FilterChains;
using ControlPlane.Translation.Features.DestinationRule;
using ControlPlane.Translation.Views.Outbound;
using ControlPlane.Translation.Views.Proxies;
using ControlPlane.Translation.Views.Services;

namespace ControlPlane.Translation.Envoy.Routes;

/// <summary>Services as gateways find them.</summary>
internal static class GatewayDestinations
{
    /// <summary>The service of a host that a gateway sees, null for none.</summary>
    public static MeshService? Service(IReader reader, ProxyClass proxy, string host) =>
        reader.Get(OutboundServices.OfHost, (reader.Get(OutboundScopes.OfClass, proxy), true, host));

    /// <summary>What a rule says of TCP proxies that lead to a service, or to a subset of it.</summary>
    public static TcpTuning Tuning(IReader reader, ProxyClass proxy, MeshService? service, string subset) =>
        service is not null && DestinationRules.MayTune(reader, proxy.Namespace, service)
            ? reader.Get(TcpTunings.Of, (proxy.Namespace, proxy.Labels, service, subset))
            : TcpTuning.None;
}
