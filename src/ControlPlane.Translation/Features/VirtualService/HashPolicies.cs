using Envoy.Config.Route.V3;
using Hash = Istio.Networking.V1Alpha3.LoadBalancerSettings.Types.ConsistentHashLB;

namespace ControlPlane.Translation.Features.VirtualService;

/// <summary>What requests are hashed by, so that equal ones meet the same host.</summary>
internal static class HashPolicies
{
    /// <summary>The policy; null where the settings name nothing to hash.</summary>
    public static RouteAction.Types.HashPolicy? Convert(Hash? settings) => settings?.HashKeyCase switch
    {
        Hash.HashKeyOneofCase.HttpHeaderName => new() { Header = new() { HeaderName = settings.HttpHeaderName } },
        Hash.HashKeyOneofCase.HttpCookie => new() { Cookie = Cookie(settings.HttpCookie) },
        Hash.HashKeyOneofCase.UseSourceIp => new() { ConnectionProperties = new() { SourceIp = settings.UseSourceIp } },
        Hash.HashKeyOneofCase.HttpQueryParameterName => new() { QueryParameter = new() { Name = settings.HttpQueryParameterName } },
        _ => null,
    };

    private static RouteAction.Types.HashPolicy.Types.Cookie Cookie(Hash.Types.HTTPCookie source)
    {
        var cookie = new RouteAction.Types.HashPolicy.Types.Cookie { Name = source.Name, Path = source.Path, Ttl = source.Ttl };
        cookie.Attributes.AddRange(source.Attributes.Select(a => new RouteAction.Types.HashPolicy.Types.CookieAttribute { Name = a.Name, Value = a.Value }));
        return cookie;
    }
}
