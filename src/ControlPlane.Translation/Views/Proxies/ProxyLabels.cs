using System.Text.Json;
using ControlPlane.Model.Collections;
using ControlPlane.Model.Incremental;
using ControlPlane.Model.Objects;
using ControlPlane.Model.Proxies;
using ControlPlane.Model.Snapshots;
using ControlPlane.Translation.Envoy.Endpoints;

namespace ControlPlane.Translation.Views.Proxies;

/// <summary>
/// The labels by which rules know a proxy: those of its Pod and, as with istiod, labels that its injection was told to add and labels
/// that follow from where it runs. The latter only where some object names them: else every node would have classes of its own.
/// </summary>
internal static class ProxyLabels
{
    // What ISTIO_METAJSON_LABELS says.
    private const string StaticLabels = "STATIC_LABELS";

    private static readonly string[] Topology =
        [TopologyLabels.Region, TopologyLabels.Zone, TopologyLabels.Subzone, TopologyLabels.Cluster, TopologyLabels.Hostname, TopologyLabels.Network];

    /// <summary>Objects with selectors of workloads or sources, by the topology labels that they name as keys.</summary>
    private static readonly TableIndex<ConfigObject, string>[] ByName =
    [
        .. new[]
        {
            "AuthorizationPolicy", "DestinationRule", "EnvoyFilter", "Gateway", "PeerAuthentication", "ProxyConfig", "RequestAuthentication", "Sidecar",
            "Telemetry", "TrafficExtension", "VirtualService", "WasmPlugin",
        }.Select(static kind => new TableIndex<ConfigObject, string>(Tables.Config(kind), static o => Topology.Where(l => HasKey(o.SpecJson, l)))),
    ];

    private static readonly Derivation<Unit, EquatableArray<string>> Named = new("NamedTopologyLabels", static (reader, _) =>
        Topology.Where(l => Array.Exists(ByName, i => !reader.Lookup(i, l).IsEmpty)).ToEquatableArray());

    /// <summary>The labels of a proxy's Pod, over those that the proxy was told to add.</summary>
    public static LabelMap OfPod(ProxyDescriptor proxy, Pod pod)
    {
        if (proxy.Metadata[StaticLabels] is not { } json)
            return pod.Meta.Labels;
        using var given = JsonDocument.Parse(json);
        if (given.RootElement.ValueKind != JsonValueKind.Object)
            return pod.Meta.Labels;
        return LabelMap.From(given.RootElement.EnumerateObject()
            .Where(static l => l.Value.ValueKind == JsonValueKind.String)
            .Select(static l => KeyValuePair.Create(l.Name, l.Value.GetString()!))
            .Concat(pod.Meta.Labels));
    }

    /// <summary>The labels of a class with those that follow from where it runs, as far as objects name them.</summary>
    public static LabelMap WithTopology(IReader reader, ProxyClass proxy)
    {
        var named = reader.Get(Named, Unit.Value);
        return named.IsEmpty ? proxy.Labels : LabelMap.From(proxy.Labels.Concat(named
            .Select(l => KeyValuePair.Create(l, TopologyLabels.Find(proxy, l) ?? ""))
            .Where(static l => l.Value.Length > 0)));
    }

    /// <summary>Whether a text of JSON has a key of that name somewhere. It may be wrong only where a string holds such a text itself.</summary>
    private static bool HasKey(string json, string name)
    {
        for (var at = json.IndexOf(name, StringComparison.Ordinal); at >= 0; at = json.IndexOf(name, at + 1, StringComparison.Ordinal))
        {
            var rest = json.AsSpan(at + name.Length);
            if (at > 0 && json[at - 1] == '"' && rest.StartsWith('"') && rest[1..].TrimStart().StartsWith(':'))
                return true;
        }

        return false;
    }
}
