using ControlPlane.Model.Collections;
using ControlPlane.Model.Incremental;
using ControlPlane.Translation.Views.Services;

namespace ControlPlane.Translation.Views.Outbound;

/// <summary>The services behind the clusters of a scope: each host once, aliases left out.</summary>
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
                if (service.Resolution == Resolution.Alias)
                    continue;
                if (!chosen.TryGetValue(service.Host, out var other))
                    order.Add(service.Host);
                if (other is null || IsPreferred(service, other, key.IsGateway ? null : key.Scope.Namespace))
                    chosen[service.Host] = service;
            }
        }

        return order.Select(h => chosen[h]).ToEquatableArray();
    });

    private static bool IsPreferred(MeshService service, MeshService other, string? ownNamespace)
    {
        if ((service.Namespace == ownNamespace) != (other.Namespace == ownNamespace))
            return service.Namespace == ownNamespace;
        return service.IsKubernetes && !other.IsKubernetes;
    }
}
