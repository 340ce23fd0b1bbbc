using ControlPlane.Model.Incremental;
using ControlPlane.Model.Objects;
using ControlPlane.Translation.Features.ReferenceGrant;
using Istio.Networking.V1Alpha3;
using Api = K8S.Gateway.V1;

namespace ControlPlane.Translation.Features.KubernetesGateway;

/// <summary>Finds the destinations that the rules of a route lead to.</summary>
/// <param name="reader">What is read is recorded.</param>
/// <param name="route">The route.</param>
/// <param name="needsGrants">Whether backends of other namespaces need a ReferenceGrant: those of gateways do, those of clients in the mesh don't.</param>
/// <param name="faults">Where faults go.</param>
/// <param name="outcome">What comes of a backend that leads nowhere.</param>
internal sealed class Backends(IReader reader, RouteId route, bool needsGrants, RouteFaults faults, string outcome)
{
    private const string Hostname = "Hostname";
    private const string MultiClusterGroup = "multicluster.x-k8s.io";
    private const string ServiceImport = "ServiceImport";

    /// <summary>Requests to such a backend fail.</summary>
    public const string Fails = "requests to it get status 500";

    /// <summary>Connections to such a backend fail.</summary>
    public const string Ends = "connections to it fail";

    /// <summary>There is no mirror of such a backend.</summary>
    public const string Ignored = "nothing is mirrored";

    /// <summary>The part of a weighted choice that counts: nothing without weight, and the only one without any number.</summary>
    public static IEnumerable<(Api.BackendReference Backend, int Index, int Weight)> Weighted(IReadOnlyList<Api.BackendReference> backends)
    {
        var chosen = backends.Select(static (b, i) => (Backend: b, Index: i, Weight: b.Weight ?? 1)).Where(static b => b.Weight != 0).ToList();
        return chosen.Count == 1 ? [chosen[0] with { Weight = 0 }] : chosen;
    }

    /// <summary>Sum of the weights; 1 for a backend that has none.</summary>
    public static int WeightSum(IEnumerable<Api.BackendReference> backends) => backends.Sum(static b => b.Weight ?? 1);

    /// <summary>The destination of a backend; without host where it leads nowhere that has a name.</summary>
    public BackendOutcome Find(Api.BackendReference backend, string field, out Destination destination)
    {
        destination = new Destination();
        var own = route.Key.Namespace;
        var (group, kind) = (backend.Group ?? "", backend.Kind ?? GatewayApi.Service);
        var key = new ObjectKey(backend.Namespace ?? own, backend.Name);
        if (needsGrants && key.Namespace != own && !ReferenceGrants.Allow(reader, new ReferenceSource(GatewayApi.Group, route.Kind, own), group, kind, key))
        {
            faults.Warn(field, $"no ReferenceGrant of namespace {key.Namespace} lets {route.Kind}s of namespace {own} refer to {kind} {key}: {outcome}", Reasons.RefNotPermitted);
            return BackendOutcome.Dead;
        }

        return (group, kind) switch
        {
            ("", GatewayApi.Service) => Service(backend, key, field, destination),
            (MultiClusterGroup, ServiceImport) => Named(backend, GatewayApi.HostOf(reader, key), reader.Get(GatewayApi.ServiceExists, key), field, destination),
            (GatewayApi.IstioGroup, Hostname) => Host(backend, field, destination),
            _ => Unknown(group, kind, field),
        };
    }

    private BackendOutcome Service(Api.BackendReference backend, ObjectKey key, string field, Destination destination)
    {
        if (!backend.Name.Contains('.', StringComparison.Ordinal))
            return Named(backend, GatewayApi.HostOf(reader, key), reader.Get(GatewayApi.ServiceExists, key), field, destination);
        faults.Refuse($"{field}.name", $"'{backend.Name}' is no name of a Service; a host needs group {GatewayApi.IstioGroup} and kind {Hostname}", Reasons.InvalidDestination);
        return BackendOutcome.Refused;
    }

    private BackendOutcome Host(Api.BackendReference backend, string field, Destination destination)
    {
        if (backend.Namespace is null)
            return Named(backend, backend.Name, !reader.Get(GatewayApi.PortsOf, backend.Name).IsEmpty, field, destination);
        faults.Refuse($"{field}.namespace", $"a backend of kind {Hostname} has none", Reasons.InvalidDestination);
        return BackendOutcome.Refused;
    }

    private BackendOutcome Unknown(string group, string kind, string field)
    {
        faults.Warn($"{field}.kind", $"backends of kind {(group.Length == 0 ? kind : $"{group}/{kind}")} are not supported: {outcome}", Reasons.InvalidKind);
        return BackendOutcome.Dead;
    }

    private BackendOutcome Named(Api.BackendReference backend, string host, bool exists, string field, Destination destination)
    {
        if (backend.Port is not { } port)
        {
            faults.Refuse($"{field}.port", "a port is required", Reasons.InvalidDestination);
            return BackendOutcome.Refused;
        }

        destination.Host = host;
        destination.Port = new PortSelector { Number = (uint)port };
        if (!exists)
            faults.Warn(field, $"no service has the host {host}: {outcome}", Reasons.BackendNotFound);
        else if (!reader.Get(GatewayApi.PortsOf, host).Any(p => p.Port == port))
            faults.Warn($"{field}.port", $"no service with the host {host} has port {port}: {outcome}");
        return exists ? BackendOutcome.Sound : BackendOutcome.Dead;
    }
}
