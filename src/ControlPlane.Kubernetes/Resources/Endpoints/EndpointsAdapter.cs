using System.Text.Json;
using ControlPlane.Kubernetes.Resources.EndpointSlices;
using ControlPlane.Kubernetes.Resources.Metadata;
using ControlPlane.Model.Collections;
using ControlPlane.Model.Diagnostics;
using ControlPlane.Model.Objects;
using ControlPlane.Model.Snapshots;

namespace ControlPlane.Kubernetes.Resources.Endpoints;

/// <summary>
/// Endpoints of the core group, given the form of EndpointSlices as the cluster's mirroring controller does it: one slice per
/// subset and address family. For directories only; in a cluster that controller has done the work already.
/// </summary>
internal sealed class EndpointsAdapter : IResourceAdapter
{
    private const string NamePrefix = "endpoints/";
    private const string SkipMirrorLabel = "endpointslice.kubernetes.io/skip-mirror";
    private const string LeaderAnnotation = "control-plane.alpha.kubernetes.io/leader";

    public ResourceKind Kind { get; } = new("", ["v1"], "Endpoints", "endpoints", Namespaced: true, Tables.EndpointSlices);

    /// <summary>Whether a slice was made from Endpoints. No real name holds a slash, so such slices never meet real ones.</summary>
    public static bool IsMirrored(ObjectKey slice) => slice.Name.StartsWith(NamePrefix, StringComparison.Ordinal);

    public AdapterResult Adapt(JsonElement json, string apiVersion, ResourceOptions options)
    {
        var faults = new FaultList(Kind.Kind);
        var root = new Fields(json, "", faults);
        var meta = MetadataReader.Read(root.Object("metadata"), Kind.Namespaced, NameRule.Subdomain, options);
        if (meta is null)
            return new AdapterResult([], [], faults.ToDiagnostics());
        faults.Key = meta.Key;
        if (meta.Labels[SkipMirrorLabel] == "true" || meta.Annotations.ContainsKey(LeaderAnnotation))
        {
            faults.Add(DiagnosticCodes.UnusedKind, "", "not used: its label or annotation excludes it from mirroring", Severity.Info);
            return new AdapterResult([], [], faults.ToDiagnostics());
        }

        var slices = new List<EndpointSlice>();
        foreach (var subset in root.Objects("subsets"))
            AddSlices(subset, meta, slices);
        // Which slices a faulty object would have become is not known; the store keeps all that came from this name.
        return faults.HasErrors
            ? new AdapterResult([], [new ObjectId(Tables.EndpointSlices, SliceKey(meta, 0))], faults.ToDiagnostics())
            : new AdapterResult(
                slices.Select(s => ModelChange.Upsert.Of(Tables.EndpointSlices, s)).ToEquatableArray(), [], faults.ToDiagnostics());
    }

    private static void AddSlices(Fields subset, ObjectMeta meta, List<EndpointSlice> slices)
    {
        var ports = subset.Objects("ports")
            .Select(p => new SlicePort(p.Text("name"), p.RequiredPort("port"), Protocols.Read(p))).ToEquatableArray();
        var endpoints = subset.Objects("addresses").Select(a => Endpoint(a, meta.Namespace, ready: true))
            .Concat(subset.Objects("notReadyAddresses").Select(a => Endpoint(a, meta.Namespace, ready: false)))
            .ToList();
        foreach (var family in new[] { "IPv4", "IPv6" })
        {
            var ofFamily = endpoints.Where(e => AddressText.IsIPv4(e.Addresses[0]) == (family == "IPv4")).ToEquatableArray();
            if (ofFamily.IsEmpty)
                continue;
            slices.Add(new EndpointSlice
            {
                Meta = meta with { Name = SliceKey(meta, slices.Count).Name },
                AddressType = family,
                Ports = ports,
                Endpoints = ofFamily,
                ServiceName = meta.Name,
            });
        }
    }

    private static ObjectKey SliceKey(ObjectMeta meta, int index) =>
        new(meta.Namespace, index == 0 ? $"{NamePrefix}{meta.Name}" : $"{NamePrefix}{meta.Name}/{index}");

    private static SliceEndpoint Endpoint(Fields address, string ns, bool ready)
    {
        var ip = address.Text("ip");
        if (!AddressText.IsIP(ip))
            address.Invalid("ip", $"must be an IP address, is \"{ip}\"");
        var target = address.Object("targetRef");
        return new SliceEndpoint
        {
            Addresses = [ip],
            Ready = ready,
            NodeName = address.Text("nodeName"),
            Hostname = address.Text("hostname"),
            Pod = TargetReader.Pod(target, ns),
            HasTargetRef = target.Exists,
        };
    }
}
