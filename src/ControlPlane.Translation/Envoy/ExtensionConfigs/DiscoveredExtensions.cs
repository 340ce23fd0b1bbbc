using ControlPlane.Translation.Envoy.Capabilities;
using Envoy.Config.Core.V3;
using Envoy.Config.Listener.V3;
using Envoy.Extensions.Filters.Network.HttpConnectionManager.V3;

namespace ControlPlane.Translation.Envoy.ExtensionConfigs;

/// <summary>Which configurations of filters a proxy asks the control plane for, once it has a listener.</summary>
public static class DiscoveredExtensions
{
    /// <summary>Names of the configurations; a name may come several times.</summary>
    public static IEnumerable<string> NamedBy(Listener listener)
    {
        ArgumentNullException.ThrowIfNull(listener);
        var filters = listener.FilterChains.Append(listener.DefaultFilterChain).OfType<FilterChain>().SelectMany(static c => c.Filters).ToList();
        var http = filters
            .Select(static f => TypedConfigs.TryRead<HttpConnectionManager>(f.TypedConfig, out var manager) ? manager : null)
            .OfType<HttpConnectionManager>()
            .SelectMany(static m => m.HttpFilters);
        return listener.ListenerFilters.Where(static f => OverAds(f.ConfigDiscovery)).Select(static f => f.Name)
            .Concat(filters.Where(static f => OverAds(f.ConfigDiscovery)).Select(static f => f.Name))
            .Concat(http.Where(static f => OverAds(f.ConfigDiscovery)).Select(static f => f.Name));
    }

    private static bool OverAds(ExtensionConfigSource? source) => source?.ConfigSource?.Ads is not null;
}
