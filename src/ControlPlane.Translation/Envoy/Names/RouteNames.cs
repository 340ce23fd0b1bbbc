using System.Globalization;
using ControlPlane.Translation.Features.Gateway;
using ControlPlane.Translation.Views.Services;

namespace ControlPlane.Translation.Envoy.Names;

/// <summary>Names of route configurations, virtual hosts and routes, as Istio gives them.</summary>
public static class RouteNames
{
    /// <summary>Route configuration of the listener for forward proxying (proxyHttpPort).</summary>
    public const string HttpProxy = "http_proxy";

    /// <summary>Virtual host and route of requests to hosts that nobody knows, where they may leave.</summary>
    public const string AllowAny = "allow_any";

    /// <summary>The same where they are resolved by DNS.</summary>
    public const string AllowAnyDynamicDns = "allow_any_dynamic_dns";

    /// <summary>The same where they may not leave.</summary>
    public const string BlockAll = "block_all";

    /// <summary>A route that no user wrote.</summary>
    public const string Default = "default";

    /// <summary>Virtual host of a gateway's route configuration for which no rule says anything.</summary>
    public const string BlackHole = "blackhole";

    /// <summary>
    /// Route configuration of a gateway's server: plain HTTP servers of a port to listen on share one, each server that ends HTTPS has its
    /// own; "" for one that routes no requests.
    /// </summary>
    /// <param name="server">The server.</param>
    /// <param name="listenPort">Port that the proxy listens on.</param>
    public static string OfServer(GatewayServer server, int listenPort)
    {
        var bind = server.Bind.Length == 0 ? "" : "." + server.Bind;
        if (server.Protocol.IsHttp())
            return string.Create(CultureInfo.InvariantCulture, $"http.{listenPort}{bind}");
        return server.RoutesRequests
            ? string.Create(CultureInfo.InvariantCulture, $"https.{server.Port}.{server.PortName}.{server.Gateway.Name}.{server.Gateway.Namespace}{bind}")
            : "";
    }

    /// <summary>Route configuration that all HTTP services of a port share.</summary>
    public static string OfPort(int port) => port.ToString(CultureInfo.InvariantCulture);

    /// <summary>Route configuration of a single service on a port whose protocol is detected.</summary>
    public static string OfService(string host, int port) => $"{host}:{port}";

    /// <summary>Virtual host of a host on a port.</summary>
    public static string VirtualHost(string host, int port) => $"{Bracketed(host)}:{port}";

    /// <summary>Virtual host of a port of the workload, by the service port.</summary>
    public static string InboundVirtualHost(int servicePort) => $"inbound|http|{servicePort}";

    /// <summary>Operation of a trace span.</summary>
    public static string Operation(string host, int port) => $"{host}:{port}/*";

    /// <summary>A host as it stands in an authority: IPv6 addresses in brackets.</summary>
    public static string Bracketed(string host) => host.Contains(':', StringComparison.Ordinal) ? $"[{host}]" : host;
}
