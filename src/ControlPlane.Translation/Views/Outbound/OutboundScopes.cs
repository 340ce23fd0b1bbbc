using ControlPlane.Model.Collections;
using ControlPlane.Model.Incremental;
using ControlPlane.Model.Proxies;
using ControlPlane.Translation.Features.PeerAuthentication;
using ControlPlane.Translation.Features.Sidecar;
using ControlPlane.Translation.Views.Proxies;
using ControlPlane.Translation.Views.Services;

namespace ControlPlane.Translation.Views.Outbound;

/// <summary>What each scope sees.</summary>
public static class OutboundScopes
{
    private static readonly EquatableArray<string> Everything = ["*/*"];

    /// <summary>The scope of a class.</summary>
    public static Derivation<ProxyClass, OutboundScope> OfClass { get; } = new("OutboundScope", static (reader, proxy) => new OutboundScope(
        proxy.Namespace,
        proxy.Type == ProxyType.Sidecar ? reader.Get(Sidecars.OfWorkload, new WorkloadKey(proxy.Namespace, proxy.Labels)) : null));

    /// <summary>The egress listeners of a scope, in order.</summary>
    public static Derivation<OutboundScope, EquatableArray<EgressListener>> Listeners { get; } = new("EgressListeners", static (reader, scope) =>
        Sidecars.Find(reader, scope.Sidecar) is { Egress.IsEmpty: false } sidecar
            ? sidecar.Egress.Select(e => e.Listener).ToEquatableArray()
            : [EgressListener.CatchAll]);

    /// <summary>The hosts that an egress listener imports, as written.</summary>
    public static Derivation<(OutboundScope Scope, int Listener), EquatableArray<string>> Imports { get; } = new("EgressImports", static (reader, key) =>
        Sidecars.Find(reader, key.Scope.Sidecar) is { } sidecar && key.Listener < sidecar.Egress.Count ? sidecar.Egress[key.Listener].Hosts : Everything);

    /// <summary>
    /// The services of one egress listener, in their order; aliases among them. A listener with a port has the services that have this
    /// port, cut down to it (a forward proxy has all their ports). Of several namespaces with one host only one counts: the
    /// proxy's own, else that of a Kubernetes Service, else that of the first service.
    /// </summary>
    public static Derivation<(OutboundScope Scope, int Listener), EquatableArray<MeshService>> Services { get; } = new("EgressServices", static (reader, key) =>
    {
        var hosts = reader.Get(Imports, key);
        var listener = reader.Get(Listeners, key.Scope).FirstOrDefault(l => l.Index == key.Listener) ?? EgressListener.CatchAll;
        if (hosts == Everything && !listener.MatchesPort)
            return HostSelection.Select(reader.Get(ServiceDirectory.VisibleTo, key.Scope.Namespace), key.Scope.Namespace);
        var imports = new HostImports(hosts, key.Scope.Namespace);
        var imported = new List<MeshService>();
        foreach (var service in Candidates(reader, imports, key.Scope.Namespace))
        {
            if (imports.Import(service) is { } own && (!listener.MatchesPort || OnPort(own, listener.Port!.Value) is not null))
                imported.Add(listener.MatchesPort ? OnPort(own, listener.Port!.Value)! : own);
        }

        return HostSelection.Select(imported.ToEquatableArray(), key.Scope.Namespace);
    });

    /// <summary>
    /// The visible services; only those named where imports leave nothing open. As with istiod a name then stands for a single service: that of
    /// Kubernetes, else the oldest of its namespace, even if the proxy does not see it but would see another.
    /// </summary>
    private static EquatableArray<MeshService> Candidates(IReader reader, HostImports imports, string ownNamespace)
    {
        if (imports.Named is not { } named)
            return reader.Get(ServiceDirectory.VisibleTo, ownNamespace);
        var found = new List<MeshService>();
        foreach (var (@namespace, host) in named)
        {
            var owned = reader.Get(ServiceDirectory.OfHost, host).Where(s => s.Namespace == @namespace).ToList();
            if ((owned.Find(static s => s.IsKubernetes) ?? owned.FirstOrDefault()) is { } service && service.ExportTo.Includes(ownNamespace))
                found.Add(service);
        }

        return found.Order(ServiceDirectory.Age).ToEquatableArray();
    }

    private static MeshService? OnPort(MeshService service, int port)
    {
        foreach (var candidate in service.Ports)
        {
            if (candidate.Number == port)
                return service.Ports.Count == 1 ? service : service with { Ports = [candidate] };
        }

        return null;
    }
}
