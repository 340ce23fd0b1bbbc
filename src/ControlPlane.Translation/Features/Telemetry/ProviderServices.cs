using ControlPlane.Model.Incremental;
using ControlPlane.Translation.Envoy.Names;
using ControlPlane.Translation.Views.Services;

namespace ControlPlane.Translation.Features.Telemetry;

/// <summary>Finds the service that a provider names: by its host if a single namespace has it, or by <c>namespace/host</c>.</summary>
public static class ProviderServices
{
    /// <summary>Host and cluster of a provider's service; null where it is not known or not unique.</summary>
    public static (string Host, string Cluster)? Resolve(IReader reader, string service, uint port)
    {
        var parts = service.Split('/');
        var host = parts.Length == 2 ? parts[1] : service;
        if (host.Length == 0)
            return null;
        var namespaces = reader.Get(ServiceDirectory.OfHost, host).Select(s => s.Namespace).Distinct(StringComparer.Ordinal).ToList();
        var known = parts.Length == 2 ? namespaces.Contains(parts[0]) : namespaces.Count == 1;
        return known ? (host, ClusterNames.Outbound((int)port, "", host)) : null;
    }
}
