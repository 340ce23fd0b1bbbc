using System.Collections.Frozen;
using ControlPlane.Model.Incremental;
using ControlPlane.Model.Objects;
using ControlPlane.Model.Snapshots;
using ControlPlane.Model.Statuses;

namespace ControlPlane.Translation.Features.KubernetesGateway.Statuses;

/// <summary>What is told in the status of objects of the Gateway API, as istiod tells it.</summary>
internal static class GatewayApiStatuses
{
    /// <summary>What finds the status, by kind as its table is called.</summary>
    public static FrozenDictionary<string, Func<IReader, ConfigObject, ObjectStatus?>> Kinds { get; } = new Dictionary<string, Func<IReader, ConfigObject, ObjectStatus?>>
    {
        [GatewayClasses.Table.Kind] = Class,
        [ListenerOwners.Gateways.Kind] = GatewayStatuses.Gateway,
        [ListenerOwners.ListenerSets.Kind] = GatewayStatuses.ListenerSet,
        [BackendTlsPolicies.Table.Kind] = PolicyStatuses.Of,
    }
    .Concat(RouteObjects.Kinds.Select(static k => KeyValuePair.Create<string, Func<IReader, ConfigObject, ObjectStatus?>>(
        GatewayApi.Table(k).Kind, (reader, source) => RouteStatuses.Of(reader, k, source))))
    .ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>What is to be told in the status of an object, and what stands there; null for objects that are others' to judge.</summary>
    public static Derivation<(string Kind, ObjectKey Key), StatusFinding?> Of { get; } = new("Statuses", static (reader, o) =>
        Kinds.TryGetValue(o.Kind, out var find) && reader.Find(Tables.Config(o.Kind), o.Key) is { } source && find(reader, source) is { } status
            ? new StatusFinding(status, source.StatusJson)
            : null);

    private static ObjectStatus? Class(IReader reader, ConfigObject source) =>
        reader.Get(GatewayClasses.Object, source.Key).Spec?.Controller == GatewayClasses.Controller
            ? new ObjectStatus
            {
                Generation = source.Generation,
                Conditions = [new ConditionFinding(ConditionTypes.Accepted, true, Reasons.Accepted, "this control plane serves Gateways of this class")],
            }
            : null;
}
