using ControlPlane.Model.Collections;
using ControlPlane.Model.Incremental;
using ControlPlane.Model.Objects;
using ControlPlane.Model.Snapshots;
using ControlPlane.Translation.Features.ServiceEntry;

namespace ControlPlane.Translation.Views.Services;

/// <summary>
/// All services of the mesh in their order: creation time, name, namespace. "The oldest" means the first in this order everywhere.
/// </summary>
public static class ServiceDirectory
{
    /// <summary>The order of services.</summary>
    internal static Comparer<MeshService> Age { get; } = Comparer<MeshService>.Create(ByAge);

    /// <summary>The service of one Kubernetes object, without aliases; null where there is none.</summary>
    private static readonly Derivation<ObjectKey, MeshService?> OfKubernetes = new("Service", KubernetesServiceReader.Compute);

    private static readonly Derivation<Unit, EquatableArray<ObjectKey>> KubernetesKeys =
        new("ServiceKeys", static (reader, _) => reader.All(Tables.Services).Select(s => s.Key).ToEquatableArray());

    /// <summary>All services as their objects say, in order, aliases among them.</summary>
    private static readonly Derivation<Unit, EquatableArray<MeshService>> Declared = new("DeclaredServices", static (reader, _) =>
    {
        var services = new List<MeshService>();
        foreach (var key in reader.Get(KubernetesKeys, Unit.Value))
        {
            if (reader.Get(OfKubernetes, key) is { } service)
                services.Add(service);
        }

        foreach (var key in reader.Get(ServiceEntries.Keys, Unit.Value))
            services.AddRange(reader.Get(ServiceEntries.ServicesOf, key));
        // Stable: the services of one ServiceEntry keep the order of its hosts and addresses.
        return services.Order(Age).ToEquatableArray();
    });

    /// <summary>
    /// All services in order; each knows the aliases that lead to it. Aliases are among them, with
    /// <see cref="Resolution.Alias"/>: they give no listener, cluster or name of their own.
    /// </summary>
    public static Derivation<Unit, EquatableArray<MeshService>> All { get; } = new("Services", static (reader, _) =>
    {
        var declared = reader.Get(Declared, Unit.Value);
        var aliases = AliasIndex.Build(declared.Where(s => s.Resolution == Resolution.Alias));
        if (aliases.Count == 0)
            return declared;
        return declared.Select(s => aliases.TryGetValue(s.Host, out var names) ? s with { Aliases = names } : s).ToEquatableArray();
    });

    /// <summary>The services in parts, made once per change of a service: public ones, those exported to chosen namespaces, by host, by namespace.</summary>
    private static readonly Derivation<Unit, ServiceIndex> Index = new("ServiceIndex", static (reader, _) => new ServiceIndex(reader.Get(All, Unit.Value)));

    /// <summary>
    /// The services that proxies of a namespace see: first those exported to chosen namespaces, then the public ones, each part in
    /// order. So, as with istiod, an object meant for the namespace wins conflicts against a public one.
    /// </summary>
    public static Derivation<string, EquatableArray<MeshService>> VisibleTo { get; } =
        new("VisibleServices", static (reader, name) => reader.Get(Index, Unit.Value).VisibleTo(name));

    /// <summary>The services of a host, in order, whoever sees them.</summary>
    public static Derivation<string, EquatableArray<MeshService>> OfHost { get; } =
        new("ServicesOfHost", static (reader, host) => reader.Get(Index, Unit.Value).OfHost(host));

    /// <summary>Whether any service has a host: an answer that few changes of services change.</summary>
    internal static Derivation<string, bool> IsKnown { get; } = new("ServiceDirectory.IsKnown", static (reader, host) => !reader.Get(OfHost, host).IsEmpty);

    /// <summary>The services whose objects are in a namespace, in order.</summary>
    public static Derivation<string, EquatableArray<MeshService>> InNamespace { get; } =
        new("ServicesInNamespace", static (reader, name) => reader.Get(Index, Unit.Value).InNamespace(name));

    private static int ByAge(MeshService left, MeshService right)
    {
        var order = left.CreationTime.CompareTo(right.CreationTime);
        if (order == 0)
            order = string.CompareOrdinal(left.Name, right.Name);
        if (order == 0)
            order = string.CompareOrdinal(left.Namespace, right.Namespace);
        return order != 0 ? order : left.Source.CompareTo(right.Source);
    }
}
