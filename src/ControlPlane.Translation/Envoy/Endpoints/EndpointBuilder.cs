using ControlPlane.Model.Delivery;
using ControlPlane.Translation.Resources;
using ControlPlane.Translation.Views.Endpoints;
using Envoy.Config.Core.V3;
using Envoy.Config.Endpoint.V3;
using Google.Protobuf.WellKnownTypes;

namespace ControlPlane.Translation.Envoy.Endpoints;

/// <summary>Makes assignments of hosts from their inputs.</summary>
internal static class EndpointBuilder
{
    private const string TransportSocketMatch = "envoy.transport_socket_match";

    /// <summary>The resource of an input.</summary>
    public static EnvoyResource Build(EndpointInput input) => new(XdsType.Endpoint, input.ClusterName, Assignment(input));

    /// <summary>The assignment alone, as clusters carry it that do not ask for their hosts.</summary>
    public static ClusterLoadAssignment Assignment(EndpointInput input)
    {
        var result = new ClusterLoadAssignment { ClusterName = input.ClusterName };
        foreach (var group in input.Localities)
            result.Endpoints.Add(Group(group));
        return result;
    }

    private static LocalityLbEndpoints Group(LocalityEndpoints group)
    {
        var result = new LocalityLbEndpoints
        {
            Locality = group.Locality is null ? null : Place(group.Locality),
            LoadBalancingWeight = group.Weight,
            Priority = (uint)group.Priority,
        };
        // Neighbours are mostly of one workload: what is said of both is one object.
        EndpointRow? before = null;
        Metadata? metadata = null;
        foreach (var row in group.Endpoints)
        {
            metadata = MetadataOf(row, before, metadata);
            before = row;
            result.LbEndpoints.Add(Host(row, metadata));
        }

        return result;
    }

    private static Locality Place(string text)
    {
        var parts = text.Split('/');
        return new Locality { Region = parts[0], Zone = parts.Length > 1 ? parts[1] : "", SubZone = parts.Length > 2 ? parts[2] : "" };
    }

    private static LbEndpoint Host(EndpointRow row, Metadata? metadata) => new()
    {
        Endpoint = new Endpoint { Address = Address(row) },
        HealthStatus = Health(row.Health),
        LoadBalancingWeight = row.Weight,
        Metadata = metadata,
    };

    private static Metadata? MetadataOf(EndpointRow row, EndpointRow? before, Metadata? ofBefore)
    {
        var sameMode = before?.TlsMode == row.TlsMode;
        if (sameMode && row.HasTelemetryOf(before!.Value))
            return ofBefore;
        var metadata = new Metadata();
        if (row.TlsMode.Length > 0)
        {
            var mode = sameMode ? ofBefore!.FilterMetadata[TransportSocketMatch] : MetadataWriter.Struct(("tlsMode", Value.ForString(row.TlsMode)));
            metadata.FilterMetadata.Add(TransportSocketMatch, mode);
        }

        if (row.Workload?.Telemetry is { } telemetry)
            metadata.FilterMetadata.Add(MetadataWriter.Istio, MetadataWriter.Struct(("workload", Value.ForString(telemetry))));
        return metadata.FilterMetadata.Count > 0 ? metadata : null;
    }

    private static Address Address(EndpointRow row) => row.Port == 0
        ? new Address { Pipe = new Pipe { Path = row.Address } }
        : new Address { SocketAddress = new SocketAddress { Address = row.Address, PortValue = (uint)row.Port } };

    private static HealthStatus Health(EndpointHealth health) => health switch
    {
        EndpointHealth.Healthy => HealthStatus.Healthy,
        EndpointHealth.Unhealthy => HealthStatus.Unhealthy,
        EndpointHealth.Draining => HealthStatus.Draining,
        _ => HealthStatus.Unknown,
    };
}
