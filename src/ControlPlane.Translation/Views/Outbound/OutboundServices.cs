using ControlPlane.Model.Collections;
using ControlPlane.Model.Incremental;
using ControlPlane.Translation.Views.Services;

namespace ControlPlane.Translation.Views.Outbound;

/// <summary>The services that a scope calls: each host once, aliases among them.</summary>
public static class OutboundServices
{
    /// <summary>
    /// The services, in their order. Of several with one host a sidecar takes that of its own namespace, then a Kubernetes Service,
    /// then the oldest; a gateway takes no notice of namespaces.
    /// </summary>
    public static Derivation<(OutboundScope Scope, bool IsGateway), EquatableArray<MeshService>> OfScope { get; } = new("OutboundServices", static (reader, key) =>
    {
        var chosen = new Dictionary<string, MeshService>(StringComparer.Ordinal);
        var order = new List<string>();
        foreach (var listener in reader.Get(OutboundScopes.Listeners, key.Scope))
        {
            foreach (var service in reader.Get(OutboundScopes.Services, (key.Scope, listener.Index)))
            {
                if (!chosen.TryGetValue(service.Host, out var other))
                    order.Add(service.Host);
                if (other is null || IsPreferred(service, other, key.IsGateway ? null : key.Scope.Namespace))
                    chosen[service.Host] = service;
            }
        }

        return order.Select(h => chosen[h]).ToEquatableArray();
    });

    private static readonly Derivation<(OutboundScope Scope, bool IsGateway), IReadOnlyDictionary<string, MeshService>> ByHost = new(
        "OutboundServicesByHost",
        static (reader, key) => reader.Get(OfScope, key).ToDictionary(static s => s.Host, StringComparer.Ordinal));

    /// <summary>The service of a host, null where the scope sees none.</summary>
    public static Derivation<(OutboundScope Scope, bool IsGateway, string Host), MeshService?> OfHost { get; } = new(
        "OutboundServiceOfHost",
        static (reader, key) => reader.Get(ByHost, (key.Scope, key.IsGateway)).GetValueOrDefault(key.Host));

    private static bool IsPreferred(MeshService service, MeshService other, string? ownNamespace)
    {
        if ((service.Namespace == ownNamespace) != (other.Namespace == ownNamespace))
            return service.Namespace == ownNamespace;
        return service.IsKubernetes && !other.IsKubernetes;
    }
}
