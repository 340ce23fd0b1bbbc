using ControlPlane.Model.Collections;
using ControlPlane.Model.Incremental;
using ControlPlane.Model.Objects;
using ControlPlane.Model.Snapshots;
using ControlPlane.Translation.Envoy;
using ControlPlane.Translation.Features.VirtualService;
using ControlPlane.Translation.Views;
using ControlPlane.Translation.Views.Mesh;
using Istio.Networking.V1Alpha3;

namespace ControlPlane.Translation.Features.Ingress;

/// <summary>
/// The VirtualServices that Ingresses stand for: one per host, with the rules of all Ingresses for it. It belongs to the first of them, and is for
/// that one's Gateway alone.
/// </summary>
internal static class IngressVirtualServices
{
    private const string Exact = "Exact";
    private const string Prefix = "Prefix";

    /// <summary>Which Ingresses speak of which host, the first one first.</summary>
    private static readonly Derivation<Unit, EquatableArray<(string Host, EquatableArray<ObjectKey> Ingresses)>> Hosts = new("Ingress.Hosts", static (reader, _) =>
        reader.Get(Ingresses.Keys, Unit.Value).Select(k => reader.Get(Ingresses.Served, k)).OfType<IngressSpec>()
            .OrderBy(i => i.CreationTime).ThenBy(i => i.Key.Name, StringComparer.Ordinal).ThenBy(i => i.Key.Namespace, StringComparer.Ordinal)
            .SelectMany(i => i.Rules.Select(r => r.Host).Distinct(StringComparer.Ordinal).Select(h => (Host: h, i.Key)))
            .GroupBy(h => h.Host, StringComparer.Ordinal)
            .OrderBy(g => g.Key, StringComparer.Ordinal)
            .Select(g => (g.Key, g.Select(h => h.Key).ToEquatableArray()))
            .ToEquatableArray());

    private static readonly Derivation<Unit, string> DomainSuffix = new("Ingress.DomainSuffix", static (reader, _) => reader.Get(MeshSettings.Current, Unit.Value).DomainSuffix);

    /// <summary>The number of a named port of a service; 0 where there is none.</summary>
    private static readonly Derivation<(ObjectKey Service, string Port), int> NamedPort = new("Ingress.NamedPort", static (reader, key) =>
        reader.Get(DiscoverySelection.Includes, key.Service.Namespace) && reader.Find(Tables.Services, key.Service) is { } service
            ? service.Ports.FirstOrDefault(p => p.Name == key.Port)?.Port ?? 0
            : 0);

    private static readonly Derivation<(string Host, EquatableArray<ObjectKey> Ingresses), VirtualServiceSpec> OfHost = new("Ingress.VirtualService", static (reader, key) =>
    {
        var first = key.Ingresses[0];
        var routes = key.Ingresses.SelectMany(i => Routes(reader, i, key.Host)).ToList();
        var gateway = IngressGateways.KeyOf(first);
        return new VirtualServiceSpec
        {
            Key = new ObjectKey(first.Namespace, $"{key.Host.Replace('.', '-')}-{first.Name}-{IngressGateways.Mark}"),
            Hosts = [key.Host],
            LowerHosts = [key.Host.ToLowerInvariant()],
            Gateways = [$"{gateway.Namespace}/{gateway.Name}"],
            // The longer path goes first, of equal ones the exact.
            Http = routes.OrderByDescending(r => r.Length).ThenByDescending(r => r.IsExact).Select(r => r.Route.Freeze()).ToEquatableArray(),
            SeparatesPaths = true,
        };
    });

    /// <summary>The VirtualServices of all Ingresses. They have no age, and so go before all others.</summary>
    public static Derivation<Unit, EquatableArray<VirtualServiceSpec>> All { get; } = new(
        "Ingress.VirtualServices", static (reader, _) => reader.Get(Hosts, Unit.Value).Select(h => reader.Get(OfHost, h)).ToEquatableArray());

    private static IEnumerable<(HTTPRoute Route, int Length, bool IsExact)> Routes(IReader reader, ObjectKey key, string host)
    {
        if (reader.Get(Ingresses.Served, key) is not { } ingress)
            yield break;
        foreach (var path in ingress.Rules.Where(r => r.Host == host).SelectMany(r => r.Paths))
        {
            var port = path.Port > 0 ? path.Port : reader.Get(NamedPort, (new ObjectKey(key.Namespace, path.Service), path.PortName));
            if (port == 0)
                continue;
            var match = Match(path);
            var route = new HTTPRoute();
            if (match is not null)
                route.Match.Add(new HTTPMatchRequest { Uri = match });
            route.Route.Add(new HTTPRouteDestination
            {
                Destination = new Destination { Host = $"{path.Service}.{key.Namespace}.svc.{reader.Get(DomainSuffix, Unit.Value)}", Port = new PortSelector { Number = (uint)port } },
            });
            yield return (route, match is null ? 0 : Math.Max(match.Exact.Length, match.Prefix.Length), match is { Exact.Length: > 0 });
        }
    }

    /// <summary>What a path matches; null for every request. Paths of the implementation's own kind are exact but for a wildcard at the end.</summary>
    private static StringMatch? Match(IngressPath path)
    {
        if (path.Type == Exact)
            return new StringMatch { Exact = path.Path };
        if (path.Type == Prefix)
            return new StringMatch { Prefix = path.Path };
        if (path.Path is "" or "*" or "/*" or ".*")
            return null;
        return path.Path.EndsWith(".*", StringComparison.Ordinal) || path.Path.EndsWith("/*", StringComparison.Ordinal)
            ? new StringMatch { Prefix = path.Path[..^2] }
            : new StringMatch { Exact = path.Path };
    }
}
