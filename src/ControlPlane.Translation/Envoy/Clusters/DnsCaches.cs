using System.Globalization;
using Envoy.Config.Cluster.V3;
using Envoy.Config.Core.V3;
using Envoy.Extensions.Common.DynamicForwardProxy.V3;
using Envoy.Extensions.Network.DnsResolver.Cares.V3;

namespace ControlPlane.Translation.Envoy.Clusters;

/// <summary>
/// The caches of names that a proxy resolves per request. Cluster and filters that use one cache must describe it alike, so both
/// take the description from here.
/// </summary>
internal static class DnsCaches
{
    private const string AllowAnyName = "allow_any_dfp_dns_cache";
    private const uint AllowAnyMaxHosts = 1024;

    /// <summary>The cache for hosts that nobody knows.</summary>
    /// <param name="family">Families that names are resolved to.</param>
    /// <param name="resolver">The agent's resolver, <c>address:port</c>; null for the system's.</param>
    public static DnsCacheConfig AllowAny(DnsFamily family, string? resolver) => new()
    {
        Name = AllowAnyName,
        DnsLookupFamily = Lookup(family),
        MaxHosts = AllowAnyMaxHosts,
        TypedDnsResolverConfig = resolver is null ? null : Resolver(resolver),
    };

    /// <summary>The cache of a host with a wildcard.</summary>
    public static DnsCacheConfig OfHost(string host, DnsFamily family) => new() { Name = host + "_dfp_dns_cache", DnsLookupFamily = Lookup(family) };

    /// <summary>Families as clusters name them.</summary>
    public static Cluster.Types.DnsLookupFamily Lookup(DnsFamily family) => family switch
    {
        DnsFamily.V4 => Cluster.Types.DnsLookupFamily.V4Only,
        DnsFamily.V6 => Cluster.Types.DnsLookupFamily.V6Only,
        _ => Cluster.Types.DnsLookupFamily.All,
    };

    /// <summary>The agent listens at 127.0.0.1:15053 where its metadata does not say otherwise.</summary>
    private static TypedExtensionConfig Resolver(string text)
    {
        var colon = text.LastIndexOf(':');
        var host = colon < 0 ? "127.0.0.1" : text[..colon].Trim('[', ']');
        if (host == "localhost")
            host = "127.0.0.1";
        var port = colon >= 0 && uint.TryParse(text.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 15053;
        return new TypedExtensionConfig
        {
            Name = "envoy.network.dns_resolver.cares",
            TypedConfig = ProtoJson.Pack(new CaresDnsResolverConfig
            {
                Resolvers = { new Address { SocketAddress = new SocketAddress { Address = host, PortValue = port } } },
            }),
        };
    }
}
