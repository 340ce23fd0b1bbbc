using ControlPlane.Model.Collections;
using ControlPlane.Model.Incremental;
using ControlPlane.Model.Objects;
using ControlPlane.Translation.Features.DestinationRule;
using ControlPlane.Translation.Features.Selection;
using ControlPlane.Translation.Features.Sidecar;
using ControlPlane.Translation.Features.Validation;
using ControlPlane.Translation.Views;
using ControlPlane.Translation.Views.Endpoints;
using ControlPlane.Translation.Views.Mesh;
using ControlPlane.Translation.Views.Services;
using Istio.Networking.V1Alpha3;

namespace ControlPlane.Translation.Features.PeerAuthentication;

/// <summary>
/// Where a PeerAuthentication has not the effect that it seems to have, or one that breaks clients. Clients of a service go by the mesh and
/// namespace level and, endpoint by endpoint, by a DISABLE of the workload; that is what most of these follow from.
/// </summary>
internal static class PeerAuthenticationPitfalls
{
    private const string ModeField = "spec.mtls.mode", SelectorField = "spec.selector";

    private static readonly Derivation<Unit, bool> AutoMtls = new(
        "MutualTls.Automatic", static (reader, _) => reader.Get(MeshSettings.Current, Unit.Value).Config.EnableAutoMtls ?? true);

    private static readonly Derivation<Unit, bool> AnyRuleWithMutualTls = new("MutualTls.AnyRule", static (reader, _) =>
        reader.All(DestinationRules.Table).Any(o => reader.Get(DestinationRules.Object, o.Key).Spec is { } spec
            && ClientTlsPitfalls.SettingsOf(spec).Any(static s => s.Tls.Mode == ClientTLSSettings.Types.TLSmode.IstioMutual)));

    public static void Check(IReader reader, ObjectKey key, References found)
    {
        if (reader.Get(PeerAuthentications.Object, key).Spec is not { } policy)
            return;
        if (policy.Selector.IsEmpty)
            CheckWhole(reader, policy, found);
        else if (key.Namespace == reader.Get(PeerAuthentications.RootNamespace, Unit.Value))
            found.Warn(MutualTlsCodes.SelectorInRootNamespace, SelectorField, $"a selector counts for nothing in the root namespace {key.Namespace}: this object has no effect");
        else
            CheckSelected(reader, policy, found);
    }

    private static void CheckWhole(IReader reader, PeerAuthenticationPolicy policy, References found)
    {
        if (PeerAuthentications.WholeNamespace(reader, policy.Key.Namespace) is { } first && first.Key != policy.Key)
            found.Warn(MutualTlsCodes.Superseded, "", $"the older PeerAuthentication {first.Key} is in force for the whole namespace: this object has no effect");
        else if (policy.Mode == MutualTlsMode.Strict)
            CheckClients(reader, ModeField, found);
    }

    private static void CheckSelected(IReader reader, PeerAuthenticationPolicy policy, References found)
    {
        var space = policy.Key.Namespace;
        var pods = reader.Get(SelectedPods.Kinds, (space, policy.Selector));
        if (pods.IsEmpty)
        {
            if (!reader.Get(SelectedPods.Any, (space, policy.Selector)))
                found.Warn(References.NothingSelected, SelectorField, $"no pod or WorkloadEntry of namespace {space} has the labels {policy.Selector}: this object has no effect");
            return;
        }

        var governed = Governed(reader, policy, pods, found);
        if (governed.Count == 0)
            return;
        if (governed.All(static p => !HasProxy(p)))
            found.Warn(MutualTlsCodes.WithoutProxy, SelectorField, "the pods that it selects have no proxy: nothing enforces this object, they take what comes");
        else if (governed.Any(static p => !HasProxy(p)))
            found.Warn(MutualTlsCodes.WithoutProxy, SelectorField, "some of the pods that it selects have no proxy: nothing enforces this object there");
        CheckStrict(reader, policy, found);
        var services = reader.Get(ServiceDirectory.InNamespace, space).Where(static s => s.IsKubernetes && !s.Selector.IsEmpty).ToList();
        foreach (var port in policy.Ports.Where(p => !governed.Any(pod => IsIngress(reader, space, pod, p.Port))))
            CheckPort(port.Port, governed, services, found);
        CheckHeadless(reader, policy, governed, services, found);
    }

    private static List<SelectedPod> Governed(IReader reader, PeerAuthenticationPolicy policy, EquatableArray<SelectedPod> pods, References found)
    {
        var governed = new List<SelectedPod>();
        PeerAuthenticationPolicy? older = null;
        foreach (var pod in pods)
        {
            if (PeerAuthentications.Selecting(reader, new WorkloadKey(policy.Key.Namespace, pod.Labels)) is { } first && first.Key != policy.Key)
                older = first;
            else
                governed.Add(pod);
        }

        if (older is not null)
        {
            found.Warn(
                MutualTlsCodes.Superseded, SelectorField,
                $"the older PeerAuthentication {older.Key} selects {(governed.Count == 0 ? "the same pods: this object has no effect" : "some of the same pods: this object has no effect on them, its ports neither")}");
        }

        return governed;
    }

    /// <summary>What is STRICT here must be so for clients, who see the level above only.</summary>
    private static void CheckStrict(IReader reader, PeerAuthenticationPolicy policy, References found)
    {
        var above = reader.Get(PeerAuthentications.OfNamespace, policy.Key.Namespace);
        var strict = policy.Ports.Where(static p => p.Mode == MutualTlsMode.Strict).Select(static p => PortField(p.Port) + ".mode");
        foreach (var field in policy.Mode == MutualTlsMode.Strict ? strict.Prepend(ModeField) : strict)
        {
            if (above == MutualTlsMode.Disable)
            {
                found.Warn(
                    MutualTlsCodes.StrictBelowDisable, field,
                    $"namespace {policy.Key.Namespace} as a whole is DISABLE, by which clients go: they send plaintext, which STRICT refuses, unless a DestinationRule makes them use ISTIO_MUTUAL");
            }
            else
            {
                CheckClients(reader, field, found);
            }
        }
    }

    private static void CheckClients(IReader reader, string field, References found)
    {
        if (!reader.Get(AutoMtls, Unit.Value) && !reader.Get(AnyRuleWithMutualTls, Unit.Value))
        {
            found.Warn(
                MutualTlsCodes.StrictWithoutAutoMtls, field,
                "enableAutoMtls of the mesh is false and no DestinationRule has the TLS mode ISTIO_MUTUAL: clients send plaintext, which STRICT refuses");
        }
    }

    private static void CheckPort(int number, List<SelectedPod> pods, List<MeshService> services, References found)
    {
        var declared = false;
        MeshServicePort? misread = null;
        MeshService? of = null;
        foreach (var pod in pods)
        {
            var own = services.Where(s => s.Selector.IsSubsetOf(pod.Labels)).ToList();
            if (pod.Ports.Any(p => p.Port == number) || own.Any(s => s.Ports.Any(p => TargetOf(p, pod) == number)))
                return;
            declared |= !pod.Ports.IsEmpty || own.Count > 0;
            of ??= own.Find(s => s.Ports.Any(p => p.Number == number));
            misread ??= of?.Ports.First(p => p.Number == number);
        }

        if (of is not null && misread is not null)
        {
            var target = misread.TargetPortName.Length > 0 ? misread.TargetPortName : misread.TargetPort.ToString(System.Globalization.CultureInfo.InvariantCulture);
            found.Warn(
                MutualTlsCodes.UnknownPort, PortField(number),
                $"{number} is the port of Service {of.Namespace}/{of.Name}, which leads to port {target} of the pods: the mode is not that of the Service; name the port of the pods");
        }
        else if (declared)
        {
            found.Warn(MutualTlsCodes.UnknownPort, PortField(number), $"the pods that it selects declare no port {number} and no Service leads to it: the mode concerns direct connections to it alone");
        }
    }

    /// <summary>Clients of a headless Service can't tell its pods apart: TLS for all where all have proxies and the namespace allows it.</summary>
    private static void CheckHeadless(IReader reader, PeerAuthenticationPolicy policy, List<SelectedPod> pods, List<MeshService> services, References found)
    {
        if (!reader.Get(AutoMtls, Unit.Value) || reader.Get(PeerAuthentications.OfNamespace, policy.Key.Namespace) == MutualTlsMode.Disable)
            return;
        foreach (var service in services.Where(static s => s.IsHeadless))
        {
            foreach (var pod in pods.Where(p => service.Selector.IsSubsetOf(p.Labels)))
            {
                var effective = reader.Get(PeerAuthentications.OfWorkload, new WorkloadKey(policy.Key.Namespace, pod.Labels));
                var port = service.Ports.FirstOrDefault(p => p.Transport == "TCP" && effective.OfPort(TargetOf(p, pod)) == MutualTlsMode.Disable
                    && reader.Get(EndpointDirectory.AllHaveTls, new ServicePortKey(service, p)));
                if (port is null)
                    continue;
                var target = TargetOf(port, pod);
                found.Warn(
                    MutualTlsCodes.HeadlessDisabled, policy.Ports.Any(p => p.Port == target) ? PortField(target) : ModeField,
                    $"Service {service.Namespace}/{service.Name} is headless: its clients can't see that port {target} of these pods takes plaintext only, and send mutual TLS; a DestinationRule with the TLS mode DISABLE helps");
                break;
            }
        }
    }

    /// <summary>Whether it is a port of the Sidecar object of a pod, which then takes the place of those of its Services.</summary>
    private static bool IsIngress(IReader reader, string @namespace, SelectedPod pod, int number) =>
        Sidecars.Find(reader, reader.Get(Sidecars.OfWorkload, new WorkloadKey(@namespace, pod.Labels))) is { } sidecar && sidecar.Ingress.Any(i => i.Port == number);

    /// <summary>The number of the pod's port; 0 for a name that it does not declare.</summary>
    private static int TargetOf(MeshServicePort port, SelectedPod pod) => port.TargetPortName.Length == 0
        ? port.TargetPort
        : pod.Ports.FirstOrDefault(p => p.Name == port.TargetPortName && p.Protocol == port.Transport)?.Port ?? 0;

    private static bool HasProxy(SelectedPod pod) => pod.Labels[WellKnownLabels.TlsMode] == EndpointWorkload.IstioMutualTls;

    private static string PortField(int port) => string.Create(System.Globalization.CultureInfo.InvariantCulture, $"spec.portLevelMtls[{port}]");
}
