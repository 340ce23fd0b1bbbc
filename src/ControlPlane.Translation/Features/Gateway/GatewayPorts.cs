using ControlPlane.Model.Collections;
using ControlPlane.Model.Incremental;
using ControlPlane.Translation.Views.Inbound;
using ControlPlane.Translation.Views.Proxies;
using ControlPlane.Translation.Views.Services;

namespace ControlPlane.Translation.Features.Gateway;

/// <summary>
/// Finds the port that a gateway listens on for the port of a server: where a Service of the proxy has that port, its target port, of
/// the oldest Service that has one; else the port itself. Services may ask to be left out.
/// </summary>
internal static class GatewayPorts
{
    /// <summary>Target ports by service port. Compared by value: only a change of the ports touches the gateway's listeners.</summary>
    public static Derivation<ProxyClass, PortMap> OfClass { get; } = new("GatewayPorts", static (reader, proxy) =>
    {
        var inbound = reader.Get(InboundPorts.OfClass, proxy);
        var candidates = inbound
            .SelectMany(p => p.Services.Select(s => (p.Target, Service: s, Object: Find(reader, s))))
            .Where(c => c.Object is not null && c.Object.Labels[WellKnownLabels.DisablePortTranslation] is null)
            .OrderBy(c => c.Object!.CreationTime).ThenBy(c => c.Service.Host, StringComparer.Ordinal);
        var ports = new SortedDictionary<int, int>();
        foreach (var (target, service, _) in candidates)
            ports.TryAdd(service.Number, target);
        var all = inbound.SelectMany(static p => p.Services.Select(s => (s.Namespace, s.Host, s.Number, p.Target))).Distinct().Order();
        return new PortMap([.. ports.Select(p => (p.Key, p.Value))], all.ToEquatableArray());
    });

    private static MeshService? Find(IReader reader, InboundService service) =>
        reader.Get(ServiceDirectory.OfHost, service.Host).FirstOrDefault(s => s.Namespace == service.Namespace && s.IsKubernetes == service.IsKubernetes);
}
