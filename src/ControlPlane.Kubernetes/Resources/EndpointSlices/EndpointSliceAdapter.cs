using ControlPlane.Model.Collections;
using ControlPlane.Model.Objects;
using ControlPlane.Model.Snapshots;

namespace ControlPlane.Kubernetes.Resources.EndpointSlices;

/// <summary>EndpointSlices, v1 and v1beta1.</summary>
internal sealed class EndpointSliceAdapter() : ResourceAdapter<EndpointSlice>(
    new ResourceKind("discovery.k8s.io", ["v1", "v1beta1"], "EndpointSlice", "endpointslices", Namespaced: true, Tables.EndpointSlices),
    Tables.EndpointSlices)
{
    private const string ServiceNameLabel = "kubernetes.io/service-name";

    /// <summary>v1beta1 named the node in its topology map before the field nodeName existed.</summary>
    private const string HostnameTopology = "kubernetes.io/hostname";

    protected override EndpointSlice Read(Fields root, ObjectMeta meta, string apiVersion)
    {
        var type = root.Text("addressType");
        if (type is not ("IPv4" or "IPv6" or "FQDN"))
            root.Invalid("addressType", type.Length == 0 ? "is required" : $"must be IPv4, IPv6 or FQDN, is \"{type}\"");
        return new EndpointSlice
        {
            Meta = meta,
            AddressType = type,
            Ports = root.Objects("ports").Select(Port).ToEquatableArray(),
            Endpoints = root.Objects("endpoints").Select(e => Endpoint(e, type, meta.Namespace)).ToEquatableArray(),
            ServiceName = meta.Labels[ServiceNameLabel] ?? "",
        };
    }

    private static SlicePort Port(Fields port) => new(port.Text("name"), port.Port("port"), Protocols.Read(port));

    private static SliceEndpoint Endpoint(Fields endpoint, string type, string ns)
    {
        var addresses = endpoint.Texts("addresses");
        if (addresses.IsEmpty)
            endpoint.Invalid("addresses", "must hold at least one address");
        for (var i = 0; i < addresses.Count; i++)
        {
            if (type == "IPv4" && !AddressText.IsIPv4(addresses[i]) || type == "IPv6" && !AddressText.IsIPv6(addresses[i]))
                endpoint.Invalid($"addresses[{i}]", $"must be an {type} address, is \"{addresses[i]}\"");
        }

        var conditions = endpoint.Object("conditions");
        var target = endpoint.Object("targetRef");
        return new SliceEndpoint
        {
            Addresses = addresses,
            Ready = conditions.Boolean("ready"),
            Serving = conditions.Boolean("serving"),
            Terminating = conditions.Boolean("terminating"),
            NodeName = StringPool.Share(endpoint.TextOrNull("nodeName") ?? endpoint.Map("topology")[HostnameTopology] ?? ""),
            Hostname = endpoint.Text("hostname"),
            Pod = TargetReader.Pod(target, ns),
            HasTargetRef = target.Exists,
        };
    }
}
