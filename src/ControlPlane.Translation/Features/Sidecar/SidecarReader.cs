using ControlPlane.Model.Collections;
using ControlPlane.Model.Objects;
using ControlPlane.Translation.Envoy;
using ControlPlane.Translation.Envoy.Names;
using ControlPlane.Translation.Features.Validation;
using ControlPlane.Translation.Views.Outbound;
using ControlPlane.Translation.Views.Services;
using Istio.Networking.V1Alpha3;
using Proto = Istio.Networking.V1Alpha3.Sidecar;

namespace ControlPlane.Translation.Features.Sidecar;

/// <summary>Reads Sidecar objects.</summary>
internal static class SidecarReader
{
    private const string UnixPrefix = "unix://";

    public static Parsed<SidecarSpec> Read(ConfigObject source) => SpecReader.Parse<Proto, SidecarSpec>(
        source,
        (spec, problems) => Check(spec, source, problems),
        spec => new SidecarSpec
        {
            Key = source.Key,
            CreationTime = source.Meta.CreationTime,
            Selector = spec.WorkloadSelector is null ? null : LabelMap.From(spec.WorkloadSelector.Labels),
            Egress = spec.Egress.Select(Egress).ToEquatableArray(),
            Ingress = spec.Ingress.Select(Ingress).ToEquatableArray(),
            OutboundPolicy = Policy(spec.OutboundTrafficPolicy),
            InboundConnectionPool = spec.InboundConnectionPool?.Freeze(),
        });

    private static void Check(Proto spec, ConfigObject source, Problems problems)
    {
        SidecarRules.Check(spec, source, problems);
        for (var i = 0; i < spec.Ingress.Count; i++)
        {
            if (spec.Ingress[i].Tls is not null)
                problems.Warn($"spec.ingress[{i}].tls", "tls of ingress listeners has no effect, as in Istio's default");
        }
    }

    private static SidecarEgress Egress(IstioEgressListener egress, int index)
    {
        var captured = egress.CaptureMode != CaptureMode.None && !egress.Bind.StartsWith(UnixPrefix, StringComparison.Ordinal);
        var listener = new EgressListener(index, (int?)egress.Port?.Number, Protocols.OfWord(egress.Port?.Protocol ?? ""), egress.Bind, captured, egress.Port?.Name ?? "");
        return new SidecarEgress(listener, egress.Hosts.ToEquatableArray());
    }

    private static SidecarIngress Ingress(IstioIngressListener ingress) => new(
        (int)(ingress.Port?.Number ?? 0),
        ingress.Port?.Name ?? "",
        Protocols.OfWord(ingress.Port?.Protocol ?? ""),
        ingress.Bind,
        ingress.CaptureMode,
        ingress.DefaultEndpoint,
        ingress.ConnectionPool?.Freeze());

    private static OutboundPolicy? Policy(OutboundTrafficPolicy? policy)
    {
        if (policy is null)
            return null;
        var mode = policy.Mode == OutboundTrafficPolicy.Types.Mode.AllowAny ? OutboundPolicyMode.AllowAny : OutboundPolicyMode.RegistryOnly;
        var proxy = policy.EgressProxy;
        return new OutboundPolicy(mode, proxy is null ? "" : ClusterNames.Outbound((int)(proxy.Port?.Number ?? 0), proxy.Subset, proxy.Host));
    }
}
