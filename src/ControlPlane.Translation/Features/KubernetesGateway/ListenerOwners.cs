using ControlPlane.Model.Collections;
using ControlPlane.Model.Incremental;
using ControlPlane.Model.Objects;
using ControlPlane.Model.Snapshots;
using ControlPlane.Translation.Views;

namespace ControlPlane.Translation.Features.KubernetesGateway;

/// <summary>The Gateways of the Gateway API and the ListenerSets.</summary>
internal static class ListenerOwners
{
    /// <summary>The Gateways.</summary>
    public static TableId<ConfigObject> Gateways { get; } = GatewayApi.Table(GatewayApi.Gateway);

    /// <summary>The ListenerSets.</summary>
    public static TableId<ConfigObject> ListenerSets { get; } = GatewayApi.Table(GatewayApi.ListenerSet);

    /// <summary>One Gateway as read, with what is wrong with it.</summary>
    public static Derivation<ObjectKey, Parsed<ListenerOwner>> Gateway { get; } = new(
        "KubernetesGateway.Object", static (reader, key) => reader.Find(Gateways, key) is { } source ? ListenerOwnerReader.ReadGateway(source) : new(null, []));

    /// <summary>One ListenerSet as read, with what is wrong with it.</summary>
    public static Derivation<ObjectKey, Parsed<ListenerOwner>> ListenerSet { get; } = new(
        "ListenerSet.Object", static (reader, key) => reader.Find(ListenerSets, key) is { } source ? ListenerOwnerReader.ReadListenerSet(source) : new(null, []));

    /// <summary>The keys of all Gateways.</summary>
    public static Derivation<Unit, EquatableArray<ObjectKey>> GatewayKeys { get; } = new(
        "KubernetesGateway.Keys", static (reader, _) => reader.All(Gateways).Select(static o => o.Key).ToEquatableArray());

    private static readonly Derivation<Unit, EquatableArray<(ObjectKey Set, ObjectKey Gateway)>> Parents = new("ListenerSet.Parents", static (reader, _) =>
        reader.All(ListenerSets)
            .Select(o => (Set: o.Key, reader.Get(ListenerSet, o.Key).Spec?.Parent))
            .Where(static s => s.Parent is not null)
            .Select(static s => (s.Set, s.Parent!.Value))
            .ToEquatableArray());

    /// <summary>The ListenerSets that name a Gateway as their parent, the oldest first.</summary>
    public static Derivation<ObjectKey, EquatableArray<ListenerOwner>> SetsOf { get; } = new("ListenerSet.OfGateway", static (reader, gateway) =>
        reader.Get(Parents, Unit.Value)
            .Where(s => s.Gateway == gateway)
            .Select(s => reader.Get(ListenerSet, s.Set).Spec)
            .OfType<ListenerOwner>()
            .OrderBy(static s => s.CreationTime).ThenBy(static s => $"{s.Key.Namespace}/{s.Key.Name}", StringComparer.Ordinal)
            .ToEquatableArray());
}
