using ControlPlane.Model.Collections;
using ControlPlane.Translation.Envoy.Names;
using ControlPlane.Translation.Features.VirtualService;
using Envoy.Config.Route.V3;

namespace ControlPlane.Translation.Envoy.Routes;

/// <summary>
/// Collects the virtual hosts of a gateway's route configuration: what several VirtualServices, servers and Gateways say about one host is
/// put together in order.
/// </summary>
internal sealed class GatewayHosts
{
    private readonly Dictionary<string, Entry> _hosts = new(StringComparer.Ordinal);

    /// <summary>Adds the routes of one VirtualService to a host.</summary>
    /// <param name="host">The host, in lower case.</param>
    /// <param name="port">Port of the server, which names the host where it is new.</param>
    /// <param name="routes">The routes: one instance for all hosts that share them.</param>
    /// <param name="redirects">Whether the server sends plain requests to HTTPS.</param>
    public void Add(string host, int port, GatewayRouteSet routes, bool redirects)
    {
        var entry = Find(host, port);
        entry.Routes.Add(routes);
        entry.Redirects |= redirects;
    }

    /// <summary>Sends plain requests for a host to HTTPS, whether it has routes or not.</summary>
    public void Redirect(string host, int port) => Find(host, port).Redirects = true;

    /// <summary>
    /// The virtual hosts, by name. Hosts with the same routes from the same VirtualServices become one, named after the most specific; routes that
    /// take every request come last.
    /// </summary>
    public EquatableArray<GatewayVirtualHost> Build(bool attemptCount)
    {
        var kept = new List<(string Host, Entry Entry, List<string> Domains)>();
        var last = new Dictionary<EquatableArray<GatewayRouteSet>, int>();
        foreach (var (host, entry) in _hosts.OrderBy(h => h.Key, HostOverlap.BySpecificity))
        {
            var routes = entry.Routes.ToEquatableArray();
            if (last.TryGetValue(routes, out var index) && kept[index].Entry.Redirects == entry.Redirects)
            {
                kept[index].Domains.Add(host);
                continue;
            }

            last[routes] = kept.Count;
            kept.Add((host, entry, [host]));
        }

        return kept
            .Select(k => new GatewayVirtualHost(RouteNames.VirtualHost(k.Host, k.Entry.Port), k.Domains.ToEquatableArray(), Arranged(k.Entry.Routes), k.Entry.Redirects, attemptCount))
            .OrderBy(h => h.Name, StringComparer.Ordinal)
            .ToEquatableArray();
    }

    private static EquatableArray<Frozen<Route>> Arranged(List<GatewayRouteSet> sets) =>
        sets.SelectMany(s => s.Routes).OrderBy(r => RouteMatches.IsCatchAll(r.Message.Match)).ToEquatableArray();

    private Entry Find(string host, int port)
    {
        if (!_hosts.TryGetValue(host, out var entry))
            _hosts[host] = entry = new Entry { Port = port };
        return entry;
    }

    private sealed class Entry
    {
        public required int Port { get; init; }

        public List<GatewayRouteSet> Routes { get; } = [];

        public bool Redirects { get; set; }
    }
}
