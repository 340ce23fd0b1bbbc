using System.Collections.Frozen;
using ControlPlane.Model.Collections;
using ControlPlane.Model.Diagnostics;
using ControlPlane.Model.Incremental;
using ControlPlane.Model.Objects;
using ControlPlane.Model.Snapshots;
using ControlPlane.Model.Statuses;
using ControlPlane.Translation.Features;
using ControlPlane.Translation.Features.AuthorizationPolicy;
using ControlPlane.Translation.Features.DestinationRule;
using ControlPlane.Translation.Features.EnvoyFilter;
using ControlPlane.Translation.Features.Gateway;
using ControlPlane.Translation.Features.Ingress;
using ControlPlane.Translation.Features.KubernetesGateway;
using ControlPlane.Translation.Features.KubernetesGateway.Statuses;
using ControlPlane.Translation.Features.PeerAuthentication;
using ControlPlane.Translation.Features.ReferenceGrant;
using ControlPlane.Translation.Features.RequestAuthentication;
using ControlPlane.Translation.Features.Selection;
using ControlPlane.Translation.Features.ServiceEntry;
using ControlPlane.Translation.Features.Sidecar;
using ControlPlane.Translation.Features.Telemetry;
using ControlPlane.Translation.Features.TrafficExtension;
using ControlPlane.Translation.Features.Validation;
using ControlPlane.Translation.Features.VirtualService;
using ControlPlane.Translation.Features.WasmPlugin;
using ControlPlane.Translation.Features.WorkloadEntry;
using ControlPlane.Translation.Features.WorkloadGroup;
using ControlPlane.Translation.Views;
using ControlPlane.Translation.Views.Mesh;
using ControlPlane.Translation.Views.Networks;

namespace ControlPlane.Translation;

/// <summary>The configuration kinds that translation reads, and what is to be told about each object of them. Nothing is dropped in silence.</summary>
public static class FeatureCatalog
{
    /// <summary>A kind that is read by nothing yet.</summary>
    public const string NotSupported = "CP0105";

    // Read by other parts: proxy settings by injection and by the views of the mesh, the classes by Ingress; fetched keys are no user's.
    private static readonly FrozenSet<string> ReadElsewhere = FrozenSet.Create(StringComparer.Ordinal, "ProxyConfig", Ingresses.Classes.Kind, KeySources.Table.Kind);

    private static readonly FrozenDictionary<string, Func<IReader, ObjectKey, EquatableArray<Diagnostic>>> Readers =
        new Dictionary<string, Func<IReader, ObjectKey, EquatableArray<Diagnostic>>>
        {
            [Tables.MeshConfig.Kind] = static (reader, _) => reader.Get(MeshSettings.Current, Unit.Value).Diagnostics,
            [Tables.MeshNetworks.Kind] = static (reader, _) => reader.Get(MeshNetworksView.Current, Unit.Value).Diagnostics,
            [AuthorizationPolicies.Table.Kind] = Of(AuthorizationPolicies.Object),
            [DestinationRules.Table.Kind] = Of(DestinationRules.Object),
            [EnvoyFilters.Table.Kind] = Of(EnvoyFilters.Object),
            [Gateways.Table.Kind] = Of(Gateways.Object),
            [Ingresses.Table.Kind] = Of(Ingresses.Object),
            [BackendTlsPolicies.Table.Kind] = Of(BackendTlsPolicies.Object),
            [GatewayClasses.Table.Kind] = Of(GatewayClasses.Object),
            [ListenerOwners.Gateways.Kind] = Of(ListenerOwners.Gateway),
            [ListenerOwners.ListenerSets.Kind] = Of(ListenerOwners.ListenerSet),
            [PeerAuthentications.Table.Kind] = Of(PeerAuthentications.Object),
            [ReferenceGrants.Table.Kind] = Of(ReferenceGrants.Object),
            [RequestAuthentications.Table.Kind] = Of(RequestAuthentications.Object),
            [ServiceEntries.Table.Kind] = Of(ServiceEntries.Object),
            [Sidecars.Table.Kind] = Of(Sidecars.Object),
            [Telemetries.Table.Kind] = Of(Telemetries.Object),
            [TrafficExtensions.Table.Kind] = Of(TrafficExtensions.Object),
            [VirtualServices.Table.Kind] = Of(VirtualServices.Object),
            [WasmPlugins.Table.Kind] = Of(WasmPlugins.Object),
            [WorkloadEntries.Table.Kind] = Of(WorkloadEntries.Object),
            [WorkloadGroups.Table.Kind] = Of(WorkloadGroups.Object),
        }
        .Concat(RouteObjects.Kinds.Select(static k => KeyValuePair.Create(GatewayApi.Table(k).Kind, OfRoute(k))))
        .ToFrozenDictionary(StringComparer.Ordinal);

    private static readonly FrozenDictionary<string, Action<IReader, ObjectKey, References>> Checks = new Dictionary<string, Action<IReader, ObjectKey, References>>
    {
        [AuthorizationPolicies.Table.Kind] = AuthorizationPolicyPitfalls.Check,
        [DestinationRules.Table.Kind] = static (reader, key, found) =>
        {
            DestinationRuleReferences.Check(reader, key, found);
            ClientTlsPitfalls.Check(reader, key, found);
        },
        [Gateways.Table.Kind] = GatewayReferences.Check,
        [PeerAuthentications.Table.Kind] = PeerAuthenticationPitfalls.Check,
        [ServiceEntries.Table.Kind] = static (reader, key, found) => CheckSelector(
            reader, key, reader.Get(ServiceEntries.Object, key).Spec?.Selector, "its hosts have no endpoints", found),
        [Sidecars.Table.Kind] = static (reader, key, found) => CheckSelector(
            reader, key, reader.Get(Sidecars.Object, key).Spec?.Selector, "this object has no effect", found),
        [VirtualServices.Table.Kind] = VirtualServiceReferences.Check,
        [BackendTlsPolicies.Table.Kind] = BackendTlsPolicies.Check,
        [ListenerOwners.Gateways.Kind] = GatewayApiChecks.Gateway,
        [ListenerOwners.ListenerSets.Kind] = GatewayApiChecks.ListenerSet,
    }
    .Concat(RouteObjects.Kinds.Select(static k => KeyValuePair.Create(GatewayApi.Table(k).Kind, GatewayApiChecks.Route(k))))
    .ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>What in an object that is not refused leads nowhere, as other objects are now.</summary>
    private static readonly Derivation<(string Kind, ObjectKey Key), EquatableArray<Diagnostic>> DeadReferences = new("DeadReferences", static (reader, o) =>
    {
        if (!Checks.TryGetValue(o.Kind, out var check))
            return [];
        // Tables of kinds that are not Istio's bear the group too.
        var references = new References(o.Kind[(o.Kind.LastIndexOf('/') + 1)..], o.Key);
        check(reader, o.Key, references);
        return references.Items.ToEquatableArray();
    });

    /// <summary>What is wrong with a configuration object by itself, whatever other objects there are. Empty for an object that does not exist.</summary>
    public static Derivation<(string Kind, ObjectKey Key), EquatableArray<Diagnostic>> OwnDiagnostics { get; } = new("OwnDiagnostics", static (reader, o) =>
    {
        if (reader.Find(Tables.Config(o.Kind), o.Key) is null || ReadElsewhere.Contains(o.Kind))
            return [];
        return Readers.TryGetValue(o.Kind, out var read)
            ? read(reader, o.Key)
            : [new Diagnostic(Severity.Warning, NotSupported, o.Kind, o.Key, "", "this kind is not supported: the object has no effect")];
    });

    /// <summary>What is wrong with a configuration object, or has no effect in it. Empty for an object that does not exist.</summary>
    public static Derivation<(string Kind, ObjectKey Key), EquatableArray<Diagnostic>> Diagnostics { get; } = new("Diagnostics", static (reader, o) =>
        reader.Find(Tables.Config(o.Kind), o.Key) is null ? [] : Join(reader.Get(OwnDiagnostics, o), reader.Get(DeadReferences, o)));

    /// <summary>What is to be told in the status of a configuration object, and what stands there; null where this control plane tells nothing.</summary>
    public static Derivation<(string Kind, ObjectKey Key), StatusFinding?> Statuses => GatewayApiStatuses.Of;

    /// <summary>Whether this control plane tells something in the status of objects of a kind, as its table is called.</summary>
    public static bool TellsStatus(string kind) => GatewayApiStatuses.Kinds.ContainsKey(kind);

    private static void CheckSelector(IReader reader, ObjectKey key, LabelMap? selector, string outcome, References found)
    {
        if (selector is not null && !reader.Get(SelectedPods.Any, (key.Namespace, selector)))
            found.Warn(References.NothingSelected, "spec.workloadSelector", $"no pod or WorkloadEntry of namespace {key.Namespace} has the labels {selector}: {outcome}");
    }

    private static EquatableArray<Diagnostic> Join(EquatableArray<Diagnostic> own, EquatableArray<Diagnostic> references) =>
        references.IsEmpty ? own : own.IsEmpty ? references : own.Concat(references).ToEquatableArray();

    private static Func<IReader, ObjectKey, EquatableArray<Diagnostic>> OfRoute(string kind) =>
        (reader, key) => reader.Get(RouteObjects.Object, new RouteId(kind, key)).Diagnostics;

    private static Func<IReader, ObjectKey, EquatableArray<Diagnostic>> Of<TSpec>(Derivation<ObjectKey, Parsed<TSpec>> objects)
        where TSpec : class => (reader, key) => reader.Get(objects, key).Diagnostics;
}
