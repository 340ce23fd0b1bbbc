using ControlPlane.Model.Incremental;
using ControlPlane.Translation.Views.Mesh;
using ControlPlane.Translation.Views.Outbound;
using ControlPlane.Translation.Views.Proxies;

namespace ControlPlane.Translation.Envoy.Routes;

/// <summary>What a class adds to its outbound routes.</summary>
/// <param name="Policy">What becomes of requests to unknown hosts.</param>
/// <param name="AttemptCount">Whether the upstream is told how often a request was tried.</param>
/// <param name="ForwardedHost">Whether the upstream is told the host that was asked for, where the proxy changes it.</param>
public sealed record RouteSettings(OutboundPolicy Policy, bool AttemptCount, bool ForwardedHost)
{
    /// <summary>The virtual host of requests to unknown hosts.</summary>
    public CatchAllRoute CatchAll => new(Policy, AttemptCount, ForwardedHost);

    /// <summary>The settings of a class.</summary>
    public static RouteSettings Of(IReader reader, ProxyClass proxy)
    {
        var headers = ProxyConfigs.Of(reader, proxy).ProxyHeaders;
        return new RouteSettings(
            reader.Get(OutboundPolicy.OfScope, reader.Get(OutboundScopes.OfClass, proxy)),
            !(headers?.AttemptCount?.Disabled ?? false),
            headers?.XForwardedHost?.Enabled ?? false);
    }
}
