using ControlPlane.Model.Collections;
using ControlPlane.Model.Incremental;
using ControlPlane.Model.Objects;
using ControlPlane.Translation.Features.Gateway;
using ControlPlane.Translation.Views;

namespace ControlPlane.Translation.Features.KubernetesGateway;

/// <summary>The listeners of the Gateway API, and the Istio Gateways that they stand for: one each.</summary>
internal static class Listeners
{
    /// <summary>The listeners of a Gateway and of the ListenerSets that it takes.</summary>
    public static Derivation<ObjectKey, ListenerPlan> OfGateway { get; } = new("KubernetesGateway.Listeners", static (reader, key) =>
        reader.Get(ListenerOwners.Gateway, key).Spec is { } gateway && reader.Get(GatewayClasses.IsOurs, gateway.Gateway!.Message.GatewayClassName)
            ? new ListenerPlanner(reader, gateway).Plan()
            : ListenerPlan.None);

    /// <summary>The listeners that routes may name by a Gateway or a ListenerSet, in order.</summary>
    public static Derivation<(string Kind, ObjectKey Owner), EquatableArray<BoundListener>> OfOwner { get; } = new("KubernetesGateway.ListenersOfOwner", static (reader, key) =>
    {
        if ((key.Kind == GatewayApi.Gateway ? key.Owner : reader.Get(ListenerOwners.ListenerSet, key.Owner).Spec?.Parent) is not { } gateway)
            return [];
        return reader.Get(OfGateway, gateway).Listeners.Where(l => l.OwnerKind == key.Kind && l.Owner == key.Owner).ToEquatableArray();
    });

    /// <summary>Whether a Gateway, or the Gateway of a ListenerSet, is this control plane's.</summary>
    public static Derivation<(string Kind, ObjectKey Owner), bool> IsOurs { get; } = new("KubernetesGateway.IsOurs", static (reader, key) =>
        (key.Kind == GatewayApi.Gateway ? key.Owner : reader.Get(ListenerOwners.ListenerSet, key.Owner).Spec?.Parent) is { } gateway
        && reader.Get(ListenerOwners.Gateway, gateway).Spec is { } owner && reader.Get(GatewayClasses.IsOurs, owner.Gateway!.Message.GatewayClassName));

    /// <summary>The Istio Gateways of all listeners, in no order that matters.</summary>
    public static Derivation<Unit, EquatableArray<GatewaySpec>> Gateways { get; } = new("KubernetesGateway.Gateways", static (reader, _) =>
        reader.Get(ListenerOwners.GatewayKeys, Unit.Value).SelectMany(k => reader.Get(OfGateway, k).Listeners).Select(static l => l.Spec).OfType<GatewaySpec>().ToEquatableArray());
}
