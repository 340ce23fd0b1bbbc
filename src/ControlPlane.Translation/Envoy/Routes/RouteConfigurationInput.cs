using ControlPlane.Model.Collections;
using ControlPlane.Model.Delivery;
using ControlPlane.Translation.Resources;
using Envoy.Config.Route.V3;
using Istio.Networking.V1Alpha3;

namespace ControlPlane.Translation.Envoy.Routes;

/// <summary>Everything that an outbound route configuration is made from.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Hosts">Its virtual hosts, by name.</param>
/// <param name="CatchAll">The last virtual host, null where the listener serves a single service.</param>
/// <param name="AttemptCount">Whether the upstream is told how often a request was tried.</param>
/// <param name="Retries">Retries of routes without their own, null for Istio's.</param>
public sealed record RouteConfigurationInput(
    string Name, EquatableArray<VirtualHostInput> Hosts, CatchAllRoute? CatchAll, bool AttemptCount, Frozen<HTTPRetry>? Retries)
{
    /// <summary>Makes the route configuration.</summary>
    public EnvoyResource Build()
    {
        var message = new ComposedMessage(
            RouteConfiguration.VirtualHostsFieldNumber,
            Hosts,
            new Variant(AttemptCount, Retries),
            part => ((VirtualHostInput)part).Build(Retries?.Message, AttemptCount),
            hosts => RouteConfigurations.Of(Name, hosts.Cast<VirtualHost>().Concat(CatchAll is null ? [] : [CatchAll.Build()])));
        return new EnvoyResource(XdsType.Route, Name, message);
    }

    // What a virtual host depends on besides its input.
    private sealed record Variant(bool AttemptCount, Frozen<HTTPRetry>? Retries);
}
