using ControlPlane.Model.Collections;
using ControlPlane.Model.Incremental;
using ControlPlane.Translation.Envoy.Listeners;
using ControlPlane.Translation.Envoy.Names;
using ControlPlane.Translation.Views.Services;

namespace ControlPlane.Translation.Envoy.Routes;

/// <summary>The virtual host of one port of one service, before it is compared with its neighbours.</summary>
internal static class ServiceHosts
{
    /// <summary>What a virtual host of a service depends on. Clients of nearly all namespaces share one.</summary>
    /// <param name="Service">The service.</param>
    /// <param name="Port">Its port.</param>
    /// <param name="Namespace">Namespace of the client where it has shorter names for the service than others, else empty.</param>
    /// <param name="DomainSuffix">Suffix of Kubernetes hosts that clients may leave out.</param>
    /// <param name="Family">IP versions of the client.</param>
    /// <param name="WithPort">Whether clients name the port too, as those of a forward proxy do.</param>
    private sealed record Key(MeshService Service, int Port, string Namespace, string DomainSuffix, AddressFamily Family, bool WithPort)
    {
        /// <inheritdoc/>
        public override int GetHashCode() => HashCode.Combine(Service, Port, Namespace);
    }

    /// <summary>The virtual host and, of its domains, those that are completions of a shorter name: they give way to a service that is really called so.</summary>
    public sealed record Host(VirtualHostInput Input, EquatableArray<string> Completions);

    /// <summary>A pure function of its key; the derivation only remembers it.</summary>
    private static readonly Derivation<Key, Host> OfKey = new("VirtualHost", static (_, key) =>
    {
        var service = key.Service;
        var domains = new List<string>();
        var completions = new List<string>();
        foreach (var host in service.Aliases.Select(a => a.Host).Prepend(service.Host))
        {
            var others = HostDomains.Short(host, key.Namespace, key.DomainSuffix).SelectMany(d => Spellings(d, key)).ToList();
            domains.AddRange(Spellings(host, key));
            domains.AddRange(others);
            completions.AddRange(others);
        }

        if (service.IsHeadless)
            domains.AddRange(domains.Select(d => "*." + d).ToList());
        foreach (var address in key.Family.Reachable(service).Where(a => a != MeshService.Unspecified))
            domains.AddRange(Spellings(address, key));
        return new Host(
            new VirtualHostInput(RouteNames.VirtualHost(service.Host, key.Port), domains.ToEquatableArray(), [new RouteEntry.Default(service.Host, key.Port)]),
            completions.ToEquatableArray());
    });

    /// <summary>The virtual host of a port of a service, as the clients of a scope know it.</summary>
    public static Host Of(IReader reader, PortScope scope, MeshService service, int port)
    {
        var (client, suffix) = (scope.Scope.Outbound.Namespace, scope.Scope.DomainSuffix);
        var isLocal = HostDomains.IsLocal(service.Host, client, suffix) || service.Aliases.Any(a => HostDomains.IsLocal(a.Host, client, suffix));
        return reader.Get(OfKey, new Key(service, port, isLocal ? client : "", suffix, scope.Scope.Family, scope.WithPort));
    }

    private static IEnumerable<string> Spellings(string domain, Key key) =>
        key.WithPort ? [RouteNames.Bracketed(domain), RouteNames.VirtualHost(domain, key.Port)] : [RouteNames.Bracketed(domain)];
}
