using ControlPlane.Translation.Envoy.Clusters;
using ControlPlane.Translation.Envoy.Listeners;
using ControlPlane.Translation.Envoy.Names;
using ControlPlane.Translation.Views.Proxies;
using ControlPlane.Translation.Views.Services;
using Envoy.Extensions.Common.DynamicForwardProxy.V3;
using HttpConfig = Envoy.Extensions.Filters.Http.DynamicForwardProxy.V3.FilterConfig;
using ServerNameConfig = Envoy.Extensions.Filters.Network.SniDynamicForwardProxy.V3.FilterConfig;

namespace ControlPlane.Translation.Envoy.FilterChains;

/// <summary>
/// Filters that resolve the host which a client names: for ServiceEntries with wildcard host and resolution DYNAMIC_DNS, and for
/// hosts that nobody knows where the mesh says so.
/// </summary>
internal static class DynamicForwardProxies
{
    private const string HttpName = "envoy.filters.http.dynamic_forward_proxy";
    private const string ServerNameName = "envoy.extensions.filters.network.sni_dynamic_forward_proxy";

    /// <summary>Whether a service is resolved so.</summary>
    public static bool Concerns(MeshService service) => service.Resolution == Resolution.DynamicDns && service.Host.StartsWith('*');

    /// <summary>For requests to a service: the host in the authority.</summary>
    public static HttpFilterContribution Http(string host, AddressFamily family) => Filter(DnsCaches.OfHost(host, Lookup(family)));

    /// <summary>For requests to any host.</summary>
    public static HttpFilterContribution AnyHost(ProxyClass proxy) => Filter(
        DnsCaches.AllowAny(Lookup(AddressFamily.Of(proxy)), NameTables.AnswersDns(proxy) ? proxy.MetadataText("DNS_PROXY_ADDR") ?? "" : null));

    /// <summary>For TLS connections: the host in the handshake.</summary>
    public static NetworkFilterContribution ServerName(string host, int port, AddressFamily family) => new(
        NetworkFilterSlot.SniDynamicForwardProxy,
        NetworkFilters.Of(ServerNameName, new ServerNameConfig { DnsCacheConfig = DnsCaches.OfHost(host, Lookup(family)), PortValue = (uint)port }).Freeze());

    private static HttpFilterContribution Filter(DnsCacheConfig cache) =>
        HttpFilters.Of(HttpFilterSlot.DynamicForwardProxy, HttpName, new HttpConfig { DnsCacheConfig = cache });

    /// <summary>IPv4 alone on proxies with both, as Istio without its switch for dual stack.</summary>
    private static DnsFamily Lookup(AddressFamily family) => family.Ipv4 ? DnsFamily.V4 : DnsFamily.V6;
}
