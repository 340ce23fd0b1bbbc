using System.Net;
using ControlPlane.Model.Objects;
using ControlPlane.Model.Snapshots;

namespace ControlPlane.Commands.Serve;

/// <summary>Words by which a client can be connected, made from what was read.</summary>
internal static class SampleClients
{
    private const string Suffix = "svc.cluster.local";

    /// <summary>The environment of a gRPC client.</summary>
    public static string GrpcBootstrap(IPEndPoint xds) =>
        "GRPC_XDS_BOOTSTRAP_CONFIG='{\"xds_servers\":[{\"server_uri\":\"" + xds
        + "\",\"channel_creds\":[{\"type\":\"insecure\"}],\"server_features\":[\"xds_v3\"]}],\"node\":{\"id\":\"sidecar~127.0.0.1~client.default~default."
        + Suffix + "\",\"metadata\":{\"GENERATOR\":\"grpc\",\"NAMESPACE\":\"default\"}}}'";

    /// <summary>A service that it can dial: the first with a port, by namespace and name.</summary>
    public static string? GrpcTarget(MeshSnapshot snapshot) => snapshot.Table(Tables.Services).All
        .Where(service => service.Ports.Count > 0)
        .OrderBy(service => service.Key)
        .Select(service => $"xds:///{service.Meta.Name}.{service.Meta.Namespace}.{Suffix}:{service.Ports.First().Port}")
        .FirstOrDefault();

    /// <summary>The node id of an Envoy that stands beside the first Pod that has an address.</summary>
    public static string NodeId(MeshSnapshot snapshot)
    {
        var pod = snapshot.Table(Tables.Pods).All.Where(pod => Address(pod) is not null).OrderBy(pod => pod.Key).FirstOrDefault();
        var (address, name, space) = pod is null ? ("127.0.0.1", "client", "default") : (Address(pod)!, pod.Meta.Name, pod.Meta.Namespace);
        return $"sidecar~{address}~{name}.{space}~{space}.{Suffix}";
    }

    private static string? Address(Pod pod) => pod.Ips.FirstOrDefault();
}
