using ControlPlane.Model.Collections;
using ControlPlane.Model.Incremental;
using ControlPlane.Translation.Features.VirtualService;
using ControlPlane.Translation.Views.Services;

namespace ControlPlane.Translation.Views.Outbound;

/// <summary>The services that a scope calls: each host once, aliases among them.</summary>
public static class OutboundServices
{
    /// <summary>
    /// The services, in their order. Of several with one host a Kubernetes Service goes before others, then the oldest; ServiceEntries of
    /// one namespace that agree are one service with the ports of all.
    /// </summary>
    public static Derivation<(OutboundScope Scope, bool IsGateway), EquatableArray<MeshService>> OfScope { get; } = new("OutboundServices", static (reader, key) =>
    {
        var chosen = new Dictionary<string, int>(StringComparer.Ordinal);
        var result = new List<MeshService>();
        foreach (var service in Candidates(reader, key.Scope, key.IsGateway))
        {
            if (!chosen.TryGetValue(service.Host, out var index))
            {
                chosen[service.Host] = result.Count;
                result.Add(service);
            }
            else if (service.IsKubernetes && !result[index].IsKubernetes)
            {
                result[index] = service;
            }
            else if (CanMerge(result[index], service))
            {
                result[index] = Merge(result[index], service);
            }
        }

        return result.ToEquatableArray();
    });

    /// <summary>Gateways take every visible service; sidecars those of their egress listeners, where their own namespace goes first.</summary>
    private static IEnumerable<MeshService> Candidates(IReader reader, OutboundScope scope, bool isGateway) => isGateway
        ? reader.Get(ServiceDirectory.VisibleTo, scope.Namespace)
        : reader.Get(OutboundScopes.Listeners, scope).SelectMany(l => reader.Get(OutboundScopes.Services, (scope, l.Index)).Concat(reader.Get(Reached, (scope, l.Index))));

    /// <summary>
    /// The services that VirtualServices of an egress listener lead to, imported or not, cut down to the ports that they name. Of several
    /// with one host that of the scope's own namespace counts, even if it is exported to nobody; else a visible Kubernetes Service, else
    /// the oldest visible one.
    /// </summary>
    private static readonly Derivation<(OutboundScope Scope, int Listener), EquatableArray<MeshService>> Reached = new("ReachedServices", static (reader, key) =>
    {
        var reached = reader.Get(ImportedVirtualServices.Reached, key);
        if (reached.IsEmpty)
            return [];
        var listener = reader.Get(OutboundScopes.Listeners, key.Scope).FirstOrDefault(l => l.Index == key.Listener) ?? EgressListener.CatchAll;
        var result = new List<MeshService>();
        foreach (var (host, ports) in reached)
        {
            var wanted = listener.MatchesPort ? [listener.Port!.Value] : ports;
            if (Pick(reader.Get(ServiceDirectory.OfHost, host), key.Scope.Namespace) is { } service && OnPorts(service, wanted) is { } part)
                result.Add(part);
        }

        return result.ToEquatableArray();
    });

    private static MeshService? Pick(EquatableArray<MeshService> services, string ownNamespace)
    {
        var own = services.Where(s => s.Namespace == ownNamespace).ToList();
        var candidates = own.Count > 0 ? own : services.Where(s => s.ExportTo.Includes(ownNamespace)).ToList();
        return candidates.Find(s => s.IsKubernetes) ?? candidates.FirstOrDefault();
    }

    /// <summary>Port 0 stands for any.</summary>
    private static MeshService? OnPorts(MeshService service, EquatableArray<int> ports)
    {
        if (ports.Contains(0))
            return service;
        var kept = service.Ports.Where(p => ports.Contains(p.Number)).ToEquatableArray();
        return kept.Count == service.Ports.Count ? service : kept.IsEmpty ? null : service with { Ports = kept };
    }

    private static bool CanMerge(MeshService first, MeshService second) =>
        first.IsKubernetes == second.IsKubernetes
        && first.Namespace == second.Namespace
        && first.Resolution == second.Resolution
        && first.Labels.Equals(second.Labels)
        && first.Selector.Equals(second.Selector)
        && first.DeclaredExportTo == second.DeclaredExportTo
        && first.Ports != second.Ports;

    private static MeshService Merge(MeshService first, MeshService second)
    {
        var added = second.Ports.Where(p => !first.Ports.Any(q => q.Number == p.Number)).ToList();
        return added.Count == 0 ? first : first with { Ports = first.Ports.Concat(added).ToEquatableArray() };
    }

    private static readonly Derivation<(OutboundScope Scope, bool IsGateway), IReadOnlyDictionary<string, MeshService>> ByHost = new(
        "OutboundServicesByHost",
        static (reader, key) => reader.Get(OfScope, key).ToDictionary(static s => s.Host, StringComparer.Ordinal));

    /// <summary>The service of a host, null where the scope sees none.</summary>
    public static Derivation<(OutboundScope Scope, bool IsGateway, string Host), MeshService?> OfHost { get; } = new(
        "OutboundServiceOfHost",
        static (reader, key) => reader.Get(ByHost, (key.Scope, key.IsGateway)).GetValueOrDefault(key.Host));
}
