using ControlPlane.Model.Collections;
using ControlPlane.Model.Incremental;
using ControlPlane.Model.Objects;
using ControlPlane.Model.Snapshots;
using ControlPlane.Translation.Features.Ingress;
using ControlPlane.Translation.Features.KubernetesGateway;
using ControlPlane.Translation.Views;
using ControlPlane.Translation.Views.Proxies;

namespace ControlPlane.Translation.Features.Gateway;

/// <summary>The Gateways, and which of them a proxy serves.</summary>
public static class Gateways
{
    /// <summary>The objects.</summary>
    public static TableId<ConfigObject> Table { get; } = Tables.Config("Gateway");

    private static readonly Derivation<Unit, EquatableArray<ObjectKey>> Keys = new(
        "Gateway.Keys", static (reader, _) => reader.All(Table).Select(o => o.Key).ToEquatableArray());

    /// <summary>One object as read, with what is wrong with it.</summary>
    public static Derivation<ObjectKey, Parsed<GatewaySpec>> Object { get; } = new(
        "Gateway.Object", static (reader, key) => reader.Find(Table, key) is { } source ? GatewayReader.Read(source) : new(null, []));

    /// <summary>All Gateways with labels, those that Ingresses stand for among them, in order: age, name, namespace.</summary>
    private static readonly Derivation<Unit, EquatableArray<GatewaySpec>> All = new("Gateways", static (reader, _) =>
        InOrder(reader.Get(Keys, Unit.Value).Select(k => reader.Get(Object, k).Spec).OfType<GatewaySpec>().Concat(reader.Get(IngressGateways.All, Unit.Value)))
            .ToEquatableArray());

    /// <summary>Labels that the selectors of Gateways look at, sorted.</summary>
    internal static Derivation<Unit, EquatableArray<string>> SelectorLabels { get; } = new("Gateway.SelectorLabels", static (reader, _) =>
        reader.Get(All, Unit.Value).SelectMany(static s => s.Selector).Select(static l => l.Key).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).ToEquatableArray());

    /// <summary>The Gateways that name labels which a gateway's pod has, in order.</summary>
    public static Derivation<LabelMap, EquatableArray<GatewaySpec>> OfLabels { get; } = new(
        "Gateway.OfLabels",
        static (reader, labels) => reader.Get(All, Unit.Value).Where(s => s.Selector.IsSubsetOf(labels)).ToEquatableArray());

    /// <summary>The Gateways that a class of gateways serves, those of the Gateway API that name its services among them, in order.</summary>
    public static Derivation<ProxyClass, EquatableArray<GatewaySpec>> OfClass { get; } = new("Gateway.OfClass", static (reader, proxy) =>
    {
        var selecting = reader.Get(OfLabels, proxy.Labels);
        var ports = reader.Get(GatewayPorts.OfClass, proxy);
        var naming = reader.Get(Listeners.Gateways, Unit.Value).Where(g => ports.Serves(g.Service!)).ToList();
        return naming.Count == 0 ? selecting : InOrder(selecting.Concat(naming)).ToEquatableArray();
    });

    private static IOrderedEnumerable<GatewaySpec> InOrder(IEnumerable<GatewaySpec> gateways) =>
        gateways.OrderBy(static s => s.CreationTime).ThenBy(static s => s.Key.Name, StringComparer.Ordinal).ThenBy(static s => s.Key.Namespace, StringComparer.Ordinal);
}
