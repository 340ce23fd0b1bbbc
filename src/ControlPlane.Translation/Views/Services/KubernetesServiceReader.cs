using System.Text.Json;
using ControlPlane.Model.Collections;
using ControlPlane.Model.Incremental;
using ControlPlane.Model.Objects;
using ControlPlane.Model.Snapshots;
using ControlPlane.Translation.Views.Mesh;

namespace ControlPlane.Translation.Views.Services;

/// <summary>Makes a service of the mesh from a Kubernetes Service.</summary>
internal static class KubernetesServiceReader
{
    /// <summary>What of the mesh settings Services read, so that no other setting touches them.</summary>
    private static readonly Derivation<Unit, Defaults> MeshDefaults = new("ServiceDefaults", static (reader, _) =>
    {
        var mesh = reader.Get(MeshSettings.Current, Unit.Value);
        return new Defaults(mesh.DomainSuffix, mesh.TrustDomain, mesh.Config.DefaultServiceExportTo.ToEquatableArray());
    });

    private static readonly HashSet<string> Read = new(WellKnownLabels.OfServices, StringComparer.Ordinal);

    /// <summary>The service of an object; null where it is gone or its namespace is not watched.</summary>
    public static MeshService? Compute(IReader reader, ObjectKey key)
    {
        if (reader.Find(Tables.Services, key) is not { } service || !reader.Get(DiscoverySelection.Includes, key.Namespace))
            return null;
        var defaults = reader.Get(MeshDefaults, Unit.Value);
        var meta = service.Meta;
        var alias = service.Type == ServiceType.ExternalName && service.ExternalName.Length > 0;
        return new MeshService
        {
            Host = Host(key, defaults.DomainSuffix),
            Namespace = key.Namespace,
            Name = key.Name,
            Source = key,
            CreationTime = meta.CreationTime,
            Resolution = service.IsHeadless ? Resolution.Passthrough : alias ? Resolution.Alias : Resolution.ClientSide,
            // The API server refuses a number twice for one transport; TCP and SCTP would share names of clusters here.
            Ports = service.Ports.Select(Port).DistinctBy(p => (p.Number, p.Protocol == Protocol.Udp)).ToEquatableArray(),
            Addresses = service.IsHeadless ? [] : service.ClusterIps,
            AliasOf = alias ? service.ExternalName : "",
            MeshExternal = alias,
            ExportTo = ExportTo(meta, defaults.ExportTo),
            Selector = service.Selector,
            SubjectAltNames = SubjectAltNames(meta, defaults.TrustDomain),
            PublishNotReadyAddresses = service.PublishNotReadyAddresses,
            NodeLocal = service.InternalTrafficLocal,
            TrafficDistribution = TrafficDistributions.Of(reader, service.TrafficDistribution, meta),
            Labels = meta.Labels.Any(l => Read.Contains(l.Key)) ? LabelMap.From(meta.Labels.Where(l => Read.Contains(l.Key))) : LabelMap.Empty,
            ExternalAddresses = ExternalAddresses(service),
            NodeSelector = service.Type == ServiceType.NodePort ? NodeSelector(meta.Annotations) : null,
        };
    }

    /// <summary>The fully qualified host of a Kubernetes Service.</summary>
    public static string Host(ObjectKey key, string domainSuffix) => $"{key.Name}.{key.Namespace}.svc.{domainSuffix}";

    private static MeshServicePort Port(ServicePort port) => new()
    {
        Name = port.Name,
        Number = port.Port,
        Protocol = Protocols.OfKubernetesPort(port.Port, port.Name, port.Protocol, port.AppProtocol),
        TargetPort = port.TargetPortName.Length > 0 ? 0 : port.TargetPort == 0 ? port.Port : port.TargetPort,
        TargetPortName = port.TargetPortName,
        Transport = port.Protocol,
        NodePort = port.NodePort,
    };

    private static Visibility ExportTo(ObjectMeta meta, EquatableArray<string> defaults) =>
        meta.Annotations[WellKnownLabels.ExportTo] is { Length: > 0 } given
            ? VisibilityReader.Read(VisibilityReader.Split(given), meta.Namespace)
            : VisibilityReader.Read(defaults, meta.Namespace);

    private static EquatableArray<string> SubjectAltNames(ObjectMeta meta, string trustDomain)
    {
        var canonical = meta.Annotations[WellKnownLabels.CanonicalServiceAccounts];
        var accounts = meta.Annotations[WellKnownLabels.KubernetesServiceAccounts];
        if (string.IsNullOrEmpty(canonical) && string.IsNullOrEmpty(accounts))
            return [];
        var names = new SortedSet<string>(StringComparer.Ordinal);
        if (!string.IsNullOrEmpty(canonical))
            names.UnionWith(canonical.Split(','));
        if (!string.IsNullOrEmpty(accounts))
            names.UnionWith(accounts.Split(',').Select(a => SpiffeNames.OfServiceAccount(trustDomain, meta.Namespace, a)));
        return names.ToEquatableArray();
    }

    private static EquatableArray<string> ExternalAddresses(Service service)
    {
        if (service.Type != ServiceType.LoadBalancer || service.LoadBalancerAddresses.IsEmpty)
            return service.ExternalIps;
        return service.ExternalIps.IsEmpty ? service.LoadBalancerAddresses : service.LoadBalancerAddresses.Concat(service.ExternalIps).ToEquatableArray();
    }

    /// <summary>The annotation's JSON object of labels; null where it is absent or no such object, which makes the Service no gateway.</summary>
    private static LabelMap? NodeSelector(LabelMap annotations)
    {
        if (annotations[WellKnownLabels.NodeSelector] is not { } text)
            return null;
        try
        {
            using var document = JsonDocument.Parse(text, new JsonDocumentOptions { MaxDepth = 4 });
            var root = document.RootElement;
            if (root.ValueKind != JsonValueKind.Object || root.EnumerateObject().Any(p => p.Value.ValueKind != JsonValueKind.String))
                return null;
            return LabelMap.From(root.EnumerateObject().Select(p => KeyValuePair.Create(p.Name, p.Value.GetString()!)));
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private sealed record Defaults(string DomainSuffix, string TrustDomain, EquatableArray<string> ExportTo);
}
