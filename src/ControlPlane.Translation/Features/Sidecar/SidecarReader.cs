using ControlPlane.Model.Collections;
using ControlPlane.Model.Diagnostics;
using ControlPlane.Model.Objects;
using ControlPlane.Translation.Envoy;
using ControlPlane.Translation.Envoy.Names;
using ControlPlane.Translation.Views.Outbound;
using ControlPlane.Translation.Views.Services;
using Istio.Networking.V1Alpha3;
using Proto = Istio.Networking.V1Alpha3.Sidecar;

namespace ControlPlane.Translation.Features.Sidecar;

/// <summary>Reads Sidecar objects.</summary>
internal static class SidecarReader
{
    private const string BadHost = "CP0121";
    private const string IgnoredTls = "CP0122";
    private const string UnixPrefix = "unix://";

    public static Parsed<SidecarSpec> Read(ConfigObject source)
    {
        var problems = new List<Diagnostic>();
        if (SpecReader.Read<Proto>(source, problems) is not { } spec)
            return new(null, [.. problems]);
        return new(
            new SidecarSpec
            {
                Key = source.Key,
                CreationTime = source.Meta.CreationTime,
                Selector = spec.WorkloadSelector is null ? null : LabelMap.From(spec.WorkloadSelector.Labels),
                Egress = spec.Egress.Select((e, i) => Egress(e, i, source, problems)).ToEquatableArray(),
                Ingress = spec.Ingress.Select((e, i) => Ingress(e, i, source, problems)).ToEquatableArray(),
                OutboundPolicy = Policy(spec.OutboundTrafficPolicy),
                InboundConnectionPool = spec.InboundConnectionPool?.Freeze(),
            },
            [.. problems]);
    }

    private static SidecarEgress Egress(IstioEgressListener egress, int index, ConfigObject source, List<Diagnostic> problems)
    {
        for (var i = 0; i < egress.Hosts.Count; i++)
        {
            if (egress.Hosts[i].Count(c => c == '/') != 1)
                problems.Add(new Diagnostic(Severity.Warning, BadHost, source.Kind, source.Key, $"spec.egress[{index}].hosts[{i}]", "the host has no effect: write namespace/host"));
        }

        var captured = egress.CaptureMode != CaptureMode.None && !egress.Bind.StartsWith(UnixPrefix, StringComparison.Ordinal);
        var listener = new EgressListener(index, (int?)egress.Port?.Number, Protocols.OfWord(egress.Port?.Protocol ?? ""), egress.Bind, captured, egress.Port?.Name ?? "");
        return new SidecarEgress(listener, egress.Hosts.ToEquatableArray());
    }

    private static SidecarIngress Ingress(IstioIngressListener ingress, int index, ConfigObject source, List<Diagnostic> problems)
    {
        if (ingress.Tls is not null)
            problems.Add(new Diagnostic(Severity.Warning, IgnoredTls, source.Kind, source.Key, $"spec.ingress[{index}].tls", "tls of ingress listeners has no effect, as in Istio's default"));
        return new SidecarIngress(
            (int)(ingress.Port?.Number ?? 0),
            ingress.Port?.Name ?? "",
            Protocols.OfWord(ingress.Port?.Protocol ?? ""),
            ingress.Bind,
            ingress.CaptureMode,
            ingress.DefaultEndpoint,
            ingress.ConnectionPool?.Freeze());
    }

    private static OutboundPolicy? Policy(OutboundTrafficPolicy? policy)
    {
        if (policy is null)
            return null;
        var mode = policy.Mode == OutboundTrafficPolicy.Types.Mode.AllowAny ? OutboundPolicyMode.AllowAny : OutboundPolicyMode.RegistryOnly;
        var proxy = policy.EgressProxy;
        return new OutboundPolicy(mode, proxy is null ? "" : ClusterNames.Outbound((int)(proxy.Port?.Number ?? 0), proxy.Subset, proxy.Host));
    }
}
