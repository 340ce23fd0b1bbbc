using ControlPlane.Model.Collections;
using ControlPlane.Model.Incremental;
using ControlPlane.Model.Objects;
using ControlPlane.Model.Snapshots;
using ControlPlane.Translation.Features.ServiceEntry;
using ControlPlane.Translation.Views.Mesh;
using ControlPlane.Translation.Views.Services;

namespace ControlPlane.Translation.Views.Endpoints;

/// <summary>
/// The endpoints of services, and the little that others want to know of them. Whoever needs less than the endpoints themselves
/// must ask one of the narrow derivations: they stay the same when an endpoint's address or health changes.
/// </summary>
public static class EndpointDirectory
{
    private static readonly Derivation<Unit, EquatableArray<string>> TrustDomainAliases = new(
        "TrustDomainAliases", static (reader, _) => reader.Get(MeshSettings.Current, Unit.Value).Config.TrustDomainAliases.ToEquatableArray());

    /// <summary>All endpoints of a service, unready and terminating ones included, (address, port name) once.</summary>
    public static Derivation<MeshService, EquatableArray<MeshEndpoint>> Of { get; } = new("ServiceEndpoints", ServiceEndpoints.Compute);

    /// <summary>
    /// SPIFFE names that may answer for a service: those of its endpoints and those that its object gives, in the mesh's trust domain
    /// and its aliases, sorted.
    /// </summary>
    public static Derivation<MeshService, EquatableArray<string>> Accounts { get; } = new("ServiceAccounts", static (reader, service) =>
    {
        var names = new SortedSet<string>(OwnNames(reader, service), StringComparer.Ordinal);
        foreach (var endpoint in reader.Get(Of, service))
        {
            if (endpoint.Workload.Identity.Length > 0)
                names.Add(endpoint.Workload.Identity);
        }

        return SpiffeNames.WithAliases(names, reader.Get(TrustDomainAliases, Unit.Value));
    });

    /// <summary>Addresses of the endpoints of one port, of whatever health, in their order, each once: listeners of headless services.</summary>
    public static Derivation<ServicePortKey, EquatableArray<string>> AddressesOfPort { get; } = new("EndpointAddresses", static (reader, key) =>
        reader.Get(Of, key.Service).Where(e => e.PortName == key.Port.Name).Select(e => e.Address).Distinct(StringComparer.Ordinal).ToEquatableArray());

    /// <summary>
    /// Whether one port has endpoints and none of them is without a proxy: what a cluster goes by that connects to original
    /// destinations, where endpoints cannot be told apart.
    /// </summary>
    public static Derivation<ServicePortKey, bool> AllHaveTls { get; } = new("AllEndpointsHaveTls", static (reader, key) =>
    {
        var any = false;
        foreach (var endpoint in reader.Get(Of, key.Service))
        {
            if (endpoint.PortName != key.Port.Name)
                continue;
            if (endpoint.Workload.TlsMode == EndpointWorkload.NoTls)
                return false;
            any = true;
        }

        return any;
    });

    /// <summary>
    /// What DNS answers for a service without addresses: the ready endpoints of its ports, or all where the Service publishes unready ones,
    /// each address once.
    /// </summary>
    public static Derivation<MeshService, EquatableArray<HeadlessAddress>> HeadlessAddresses { get; } = new("HeadlessAddresses", static (reader, service) =>
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        var result = new List<HeadlessAddress>();
        foreach (var endpoint in reader.Get(Of, service))
        {
            var answers = service.PublishNotReadyAddresses || endpoint.Health == EndpointHealth.Healthy;
            if (!answers || !ServiceAddresses.IsIp(endpoint.Address) || !service.Ports.Any(p => p.Name == endpoint.PortName) || !seen.Add(endpoint.Address))
                continue;
            var workload = endpoint.Workload;
            result.Add(new HeadlessAddress(endpoint.Address, workload.Network, workload.Subdomain.Length > 0 ? $"{workload.Hostname}.{workload.Subdomain}" : ""));
        }

        return result.ToEquatableArray();
    });

    /// <summary>Ready Pods by namespace and address, for endpoints that name no Pod.</summary>
    internal static TableIndex<Pod, (string Namespace, string Address)> ReadyPodsByAddress { get; } = new(
        Tables.Pods,
        static pod => IsServing(pod) && pod.Ips.Count > 0 ? [(pod.Meta.Namespace, pod.Ips[0])] : []);

    /// <summary>Names that the object gives; of several objects with one host in one namespace the youngest speaks for all.</summary>
    private static EquatableArray<string> OwnNames(IReader reader, MeshService service) =>
        reader.Lookup(ServiceEntries.ByHost, (service.Namespace, service.Host)).IsEmpty
            ? service.SubjectAltNames
            : reader.Get(ServiceDirectory.OfHost, service.Host).LastOrDefault(s => s.Namespace == service.Namespace)?.SubjectAltNames ?? service.SubjectAltNames;

    /// <summary>Whether a Pod is ready and stays.</summary>
    internal static bool IsServing(Pod pod) => pod.Ready && !pod.Deleting && pod.Phase is not ("Succeeded" or "Failed");
}
