using ControlPlane.Model.Collections;
using Istio.Networking.V1Alpha3;

namespace ControlPlane.Translation.Features.VirtualService;

/// <summary>Where the routes of a VirtualService lead.</summary>
internal static class Destinations
{
    /// <summary>
    /// The destinations of a VirtualService, mirrors too, in the order of their first mention. Routes of requests that are for other
    /// namespaces alone do not count; nothing else of a match is looked at.
    /// </summary>
    public static IEnumerable<DestinationPorts> Of(VirtualServiceSpec spec, string clientNamespace) => All(spec, clientNamespace)
        .GroupBy(d => d.Host, StringComparer.Ordinal)
        .Select(g => new DestinationPorts(g.Key, g.Select(d => (int)(d.Port?.Number ?? 0)).Distinct().Order().ToEquatableArray()));

    private static IEnumerable<Destination> All(VirtualServiceSpec spec, string clientNamespace)
    {
        foreach (var route in spec.Http.Select(r => r.Message).Where(r => Concerns(r, clientNamespace)))
        {
            foreach (var destination in route.Route.Select(r => r.Destination).Append(route.Mirror).Concat(route.Mirrors.Select(m => m.Destination)).OfType<Destination>())
                yield return destination;
        }

        var connections = spec.Tcp.SelectMany(r => r.Message.Route).Concat(spec.Tls.SelectMany(r => r.Message.Route));
        foreach (var destination in connections.Select(r => r.Destination).OfType<Destination>())
            yield return destination;
    }

    /// <summary>A route is foreign if some match names another namespace and none names this one; matches that name none decide nothing.</summary>
    private static bool Concerns(HTTPRoute route, string clientNamespace)
    {
        var named = route.Match.Where(m => m.SourceNamespace.Length > 0).ToList();
        return named.Count == 0 || named.Exists(m => m.SourceNamespace == clientNamespace);
    }
}
