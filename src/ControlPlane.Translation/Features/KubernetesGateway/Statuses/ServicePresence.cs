using System.Globalization;
using ControlPlane.Model.Collections;
using ControlPlane.Model.Incremental;
using ControlPlane.Model.Objects;
using ControlPlane.Model.Snapshots;
using ControlPlane.Translation.Views.Endpoints;
using ControlPlane.Translation.Views.Services;

namespace ControlPlane.Translation.Features.KubernetesGateway.Statuses;

/// <summary>
/// Where clients find the services that a Gateway is served by, as istiod judges it: by the endpoints of the ports that listeners name, whatever their
/// health.
/// </summary>
internal sealed record ServicePresence
{
    private const string ManagedLabel = "gateway.istio.io/managed";

    /// <summary>Services that have endpoints, as host:port, sorted.</summary>
    public required EquatableArray<string> Assigned { get; init; }

    /// <summary>Hosts of these services whose own address may be told, sorted: those that wait for a load balancer's are left out.</summary>
    public required EquatableArray<string> Hosts { get; init; }

    /// <summary>Their addresses in the cluster, sorted.</summary>
    public required EquatableArray<string> ClusterIps { get; init; }

    /// <summary>Their addresses outside, sorted.</summary>
    public required EquatableArray<string> External { get; init; }

    /// <summary>What is missing, for people, sorted.</summary>
    public required EquatableArray<string> Warnings { get; init; }

    /// <summary>Whether nothing is missing but what may come by itself.</summary>
    public required bool AreUsable { get; init; }

    /// <summary>The ports of a service that have endpoints: the name, and the endpoints' own port.</summary>
    private static readonly Derivation<MeshService, EquatableArray<(string Name, int EndpointPort)>> PortsWithEndpoints = new(
        "KubernetesGateway.PortsWithEndpoints",
        static (reader, service) => reader.Get(EndpointDirectory.Of, service).Select(static e => (e.PortName, e.Port)).Distinct().Order().ToEquatableArray());

    /// <summary>Looks for services.</summary>
    /// <param name="reader">What is read is recorded.</param>
    /// <param name="namespace">The Gateway's namespace: services of others don't count.</param>
    /// <param name="hosts">Hosts of the services.</param>
    /// <param name="ports">Ports of the listeners.</param>
    public static ServicePresence Find(IReader reader, string @namespace, EquatableArray<string> hosts, EquatableArray<int> ports)
    {
        var search = new Search(reader);
        foreach (var host in hosts)
            search.Look(@namespace, host, ports);
        return search.Result();
    }

    private sealed class Search(IReader reader)
    {
        private readonly SortedSet<string> _assigned = new(StringComparer.Ordinal);
        private readonly SortedSet<string> _hosts = new(StringComparer.Ordinal);
        private readonly SortedSet<string> _clusterIps = new(StringComparer.Ordinal);
        private readonly SortedSet<string> _external = new(StringComparer.Ordinal);
        private readonly SortedSet<string> _warnings = new(StringComparer.Ordinal);
        private bool _isUnusable;

        public void Look(string @namespace, string host, EquatableArray<int> ports)
        {
            var all = reader.Get(ServiceDirectory.OfHost, host);
            if (all.FirstOrDefault(s => s.Namespace == @namespace) is not { } service)
            {
                var others = all.Select(static s => s.Namespace).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).ToList();
                Miss(others.Count == 0 ? $"there is no service {host}" : $"there is no service {host} in namespace {@namespace}, the Gateway's own, only in {string.Join(", ", others)}");
                return;
            }

            var present = reader.Get(PortsWithEndpoints, service);
            foreach (var port in ports)
            {
                if (service.Ports.FirstOrDefault(p => p.Number == port) is { } found && present.Any(p => p.Name == found.Name))
                    Take(service, port);
                else
                    Miss(service, port, present);
            }
        }

        public ServicePresence Result() => new()
        {
            Assigned = _assigned.ToEquatableArray(), Hosts = _hosts.ToEquatableArray(), ClusterIps = _clusterIps.ToEquatableArray(),
            External = _external.ToEquatableArray(), Warnings = _warnings.ToEquatableArray(), AreUsable = !_isUnusable,
        };

        private void Take(MeshService service, int port)
        {
            _assigned.Add(string.Create(CultureInfo.InvariantCulture, $"{service.Host}:{port}"));
            _clusterIps.UnionWith(service.Addresses);
            _external.UnionWith(service.ExternalAddresses);
            if (service.ExternalAddresses.IsEmpty && Source(service) is { Type: ServiceType.LoadBalancer })
                _warnings.Add($"{service.Host} waits for the address of its load balancer");
            else
                _hosts.Add(service.Host);
        }

        private void Miss(MeshService service, int port, EquatableArray<(string Name, int EndpointPort)> present)
        {
            if (present.IsEmpty)
            {
                _warnings.Add($"{service.Host} has no endpoints");
                return;
            }

            var meant = service.Ports.Where(p => present.Any(e => e.Name == p.Name && e.EndpointPort == port)).Select(static p => p.Number).Order().ToList();
            if (meant.Count > 0)
                Miss($"{service.Host} has no port {port}, which is its pods' port: the service's port is {string.Join(" or ", meant)}");
            // Of a service that was made for the Gateway the endpoints come later.
            else if (service.Ports.All(p => p.Number != port) || Source(service)?.Meta.Labels.ContainsKey(ManagedLabel) != true)
                Miss($"{service.Host} has no port {port} with endpoints");
        }

        private void Miss(string warning)
        {
            _warnings.Add(warning);
            _isUnusable = true;
        }

        private Service? Source(MeshService service) => service.IsKubernetes ? reader.Find(Tables.Services, service.Source) : null;
    }
}
