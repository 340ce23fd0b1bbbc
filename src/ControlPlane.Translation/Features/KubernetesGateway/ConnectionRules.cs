using ControlPlane.Model.Collections;
using ControlPlane.Model.Incremental;
using ControlPlane.Translation.Envoy;
using Istio.Networking.V1Alpha3;

namespace ControlPlane.Translation.Features.KubernetesGateway;

/// <summary>Converts the rules of a TCPRoute or TLSRoute: the destinations of each.</summary>
internal static class ConnectionRules
{
    private const string DeadHost = "internal.cluster.local";
    private const string DeadSubset = "zero-weight";
    private const uint DeadPort = 65535;

    /// <summary>The destinations of each rule, for gateways or for clients in the mesh, and what is wrong with them; no rules where the route is left out.</summary>
    public static Derivation<(RouteId Id, bool ForMesh), (EquatableArray<EquatableArray<Frozen<RouteDestination>>> Rules, EquatableArray<GatewayFault> Faults)> Of { get; } = new(
        "KubernetesRoute.ConnectionRules",
        static (reader, key) => reader.Get(RouteObjects.Object, key.Id).Spec is { } route ? Convert(reader, route, key.ForMesh) : ([], []));

    private static (EquatableArray<EquatableArray<Frozen<RouteDestination>>> Rules, EquatableArray<GatewayFault> Faults) Convert(IReader reader, RouteObject route, bool forMesh)
    {
        var faults = new RouteFaults(route.Id);
        var backends = new Backends(reader, route.Id, !forMesh, faults, Backends.Ends);
        var rules = new List<EquatableArray<Frozen<RouteDestination>>>();
        for (var i = 0; i < route.Connections.Count; i++)
        {
            var (references, field) = (route.Connections[i].Message.BackendRefs, $"spec.rules[{i}].backendRefs");
            if (Backends.WeightSum(references) == 0)
            {
                faults.Warn(field, "no backend has a weight: connections fail");
                rules.Add([Dead().Freeze()]);
                continue;
            }

            var destinations = new List<Frozen<RouteDestination>>();
            foreach (var (backend, index, weight) in Backends.Weighted(references))
            {
                if (backends.Find(backend, $"{field}[{index}]", out var destination) == BackendOutcome.Refused)
                    return ([], faults.Items.ToEquatableArray());
                destinations.Add(new RouteDestination { Destination = destination, Weight = weight }.Freeze());
            }

            rules.Add(destinations.ToEquatableArray());
        }

        return (rules.ToEquatableArray(), faults.Items.ToEquatableArray());
    }

    /// <summary>A cluster that does not exist: Envoy has no other way to end connections.</summary>
    private static RouteDestination Dead() => new() { Destination = new Destination { Host = DeadHost, Subset = DeadSubset, Port = new PortSelector { Number = DeadPort } } };
}
