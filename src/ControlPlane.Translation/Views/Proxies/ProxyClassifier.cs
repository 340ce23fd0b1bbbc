using System.Text.Json;
using ControlPlane.Model.Collections;
using ControlPlane.Model.Incremental;
using ControlPlane.Model.Objects;
using ControlPlane.Model.Proxies;
using ControlPlane.Model.Snapshots;
using ControlPlane.Translation.Features.EnvoyFilter;
using ControlPlane.Translation.Features.PeerAuthentication;
using ControlPlane.Translation.Features.Sidecar;
using ControlPlane.Translation.Features.WorkloadEntry;
using ControlPlane.Translation.Views.Endpoints;
using ControlPlane.Translation.Views.Inbound;
using ControlPlane.Translation.Views.Services;

namespace ControlPlane.Translation.Views.Proxies;

/// <summary>Finds the class of a proxy: joins what the node says with what is known of its Pod, and leaves out what decides nothing.</summary>
public static class ProxyClassifier
{
    /// <summary>Metadata keys that translation reads beside those that have a property of their own, and those that EnvoyFilters compare.</summary>
    public static IReadOnlyList<string> RelevantMetadata { get; } =
    [
        "DNS_AUTO_ALLOCATE", "DNS_CAPTURE", "DNS_PROXY_ADDR", "ENVOY_PROMETHEUS_PORT", "ENVOY_STATUS_PORT", "ENVOY_SECURE_METRICS_PORT",
        "ENVOY_SECURE_MERGED_METRICS_PORT", "HTTP10", "IDLE_TIMEOUT",
        "INBOUND_LISTENER_EXACT_BALANCE", "OUTBOUND_LISTENER_EXACT_BALANCE", "INTERCEPTION_MODE", "MESH_ID", "POD_PORTS", "PROXY_CONFIG",
        "HTTP_PROXY_PORT", "REQUESTED_NETWORK_VIEW", "TLS_CLIENT_CERT_CHAIN", "TLS_CLIENT_KEY", "TLS_CLIENT_ROOT_CERT", "TLS_SERVER_CERT_CHAIN",
        "TLS_SERVER_KEY", "TLS_SERVER_ROOT_CERT", "UNPRIVILEGED_POD", "WORKLOAD_NAME", "credential", "file-credential",
    ];

    /// <summary>Annotation of a Pod that names its service to OpenTelemetry; of all annotations the only one that becomes metadata of the class.</summary>
    public const string TelemetryNameAnnotation = "resource.opentelemetry.io/service.name";

    /// <summary>Whether some headless Service has an endpoint of that address: its own proxy gets no listener for it.</summary>
    private static readonly Derivation<string, bool> IsHeadlessEndpoint = new("IsHeadlessEndpoint", static (reader, address) =>
    {
        foreach (var slice in reader.Lookup(SliceIndexes.ByAddress, address))
        {
            if (reader.Find(Tables.Services, new ObjectKey(slice.Key.Namespace, slice.ServiceName)) is { IsHeadless: true })
                return true;
        }

        return false;
    });

    /// <summary>Whether some EndpointSlice has an endpoint of that address.</summary>
    private static readonly Derivation<string, bool> IsSliceEndpoint = new("IsSliceEndpoint", static (reader, address) =>
        !reader.Lookup(SliceIndexes.ByAddress, address).IsEmpty);

    /// <summary>Whether some Service of the namespace selects a workload with these labels.</summary>
    private static readonly Derivation<(string Namespace, LabelMap Labels), bool> IsSelected = new("IsSelected", static (reader, workload) =>
    {
        foreach (var service in reader.Get(ServiceDirectory.InNamespace, workload.Namespace))
        {
            if (service.IsKubernetes && !service.Selector.IsEmpty && service.Selector.IsSubsetOf(workload.Labels))
                return true;
        }

        return false;
    });

    /// <summary>Whether a Sidecar declares ports of the workload: they are named by the pod's address.</summary>
    private static readonly Derivation<WorkloadKey, bool> HasIngress = new("HasSidecarIngress", static (reader, workload) =>
        Sidecars.Find(reader, reader.Get(Sidecars.OfWorkload, workload)) is { Ingress.IsEmpty: false });

    /// <summary>The class of a proxy.</summary>
    public static Derivation<ProxyDescriptor, ProxyClass> Classify { get; } = new("ProxyClass", Compute);

    private static ProxyClass Compute(IReader reader, ProxyDescriptor proxy)
    {
        var pod = reader.Find(Tables.Pods, new ObjectKey(proxy.Namespace, proxy.PodName));
        var found = new ProxyClass
        {
            Type = proxy.Type,
            Namespace = proxy.Namespace,
            DomainSuffix = Suffix(proxy),
            Labels = (pod is null ? null : ProxyLabels.OfPod(proxy, pod)) ?? ExternalTargets.LabelsAt(reader, proxy.Namespace, proxy.IpAddresses) ?? proxy.Labels,
            PodKnown = pod is not null,
            PodPorts = pod?.Ports ?? [],
            ServiceAccount = pod?.ServiceAccount ?? proxy.ServiceAccount,
            Locality = Locality(reader, proxy, pod),
            NodeName = proxy.NodeName,
            Network = proxy.Network,
            ClusterId = proxy.ClusterId,
            Ipv4 = proxy.IpAddresses.Any(IsIpv4),
            Ipv6 = proxy.IpAddresses.Any(a => !IsIpv4(a)),
            Generator = proxy.Generator,
            IstioVersion = proxy.IstioVersion,
            Metadata = LabelMap.From(RelevantMetadata.Union(reader.Get(EnvoyFilters.MetadataKeys, Unit.Value)).Where(proxy.Metadata.ContainsKey).Select(k => KeyValuePair.Create(k, proxy.Metadata[k]!)).Concat(TelemetryName(proxy))),
            ServiceCluster = proxy.Cluster,
            SecretAccess = proxy.SecretAccess,
            Capabilities = proxy.Capabilities,
        };
        if (pod is not null)
            found = found with { Labels = ProxyLabels.WithTopology(reader, found) };
        return AddressesMatter(reader, proxy, found.Labels) ? found with { Addresses = proxy.IpAddresses } : found;
    }

    private static IEnumerable<KeyValuePair<string, string>> TelemetryName(ProxyDescriptor proxy)
    {
        if (proxy.Metadata["ANNOTATIONS"] is not { } json || !json.Contains(TelemetryNameAnnotation, StringComparison.Ordinal))
            yield break;
        using var annotations = JsonDocument.Parse(json);
        if (annotations.RootElement.ValueKind == JsonValueKind.Object && annotations.RootElement.TryGetProperty(TelemetryNameAnnotation, out var name))
            yield return KeyValuePair.Create(TelemetryNameAnnotation, name.GetRawText());
    }

    /// <summary>As istiod: what the registry knows of the Pod (its label, its node) goes before what the node says of itself.</summary>
    private static ProxyLocality Locality(IReader reader, ProxyDescriptor proxy, Pod? pod) =>
        pod is not null && Localities.OfPod(reader, pod) is { Length: > 0 } known ? ProxyLocality.Parse(known) : proxy.Locality;

    /// <summary>See <see cref="ProxyClass.Addresses"/>.</summary>
    private static bool AddressesMatter(IReader reader, ProxyDescriptor proxy, LabelMap labels) =>
        proxy.Generator == "grpc"
        || proxy.Metadata["INTERCEPTION_MODE"] == "\"NONE\""
        || (!proxy.IpAddresses.IsEmpty && reader.Get(IsHeadlessEndpoint, proxy.IpAddresses[0]))
        || (!proxy.IpAddresses.IsEmpty && IsExternalWorkload(reader, proxy))
        || IsFoundByAddress(reader, proxy, labels)
        || reader.Get(HasIngress, new WorkloadKey(proxy.Namespace, labels));

    /// <summary>Whether the proxy's ports come from slices with its address, since no Service selects it.</summary>
    private static bool IsFoundByAddress(IReader reader, ProxyDescriptor proxy, LabelMap labels) =>
        !proxy.IpAddresses.IsEmpty
        && reader.Get(IsSliceEndpoint, proxy.IpAddresses[0])
        && !reader.Get(IsSelected, (proxy.Namespace, labels));

    private static bool IsExternalWorkload(IReader reader, ProxyDescriptor proxy) =>
        reader.Get(WorkloadEntries.AtAddress, (proxy.Namespace, proxy.IpAddresses[0])) is not null
        || ExternalTargets.LabelsAt(reader, proxy.Namespace, proxy.IpAddresses) is not null;

    private static bool IsIpv4(string address) => !address.Contains(':', StringComparison.Ordinal);

    private static string Suffix(ProxyDescriptor proxy)
    {
        var prefix = proxy.Namespace + ".svc.";
        return proxy.DnsDomain.StartsWith(prefix, StringComparison.Ordinal) ? proxy.DnsDomain[prefix.Length..] : "cluster.local";
    }
}
