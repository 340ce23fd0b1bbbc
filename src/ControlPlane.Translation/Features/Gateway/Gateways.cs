using ControlPlane.Model.Collections;
using ControlPlane.Model.Incremental;
using ControlPlane.Model.Objects;
using ControlPlane.Model.Snapshots;
using ControlPlane.Translation.Features.Ingress;
using ControlPlane.Translation.Views;

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

    /// <summary>All Gateways, those that Ingresses stand for among them, in order: age, name, namespace.</summary>
    private static readonly Derivation<Unit, EquatableArray<GatewaySpec>> All = new("Gateways", static (reader, _) =>
        reader.Get(Keys, Unit.Value).Select(k => reader.Get(Object, k).Spec).OfType<GatewaySpec>()
            .Concat(reader.Get(IngressGateways.All, Unit.Value))
            .OrderBy(s => s.CreationTime).ThenBy(s => s.Key.Name, StringComparer.Ordinal).ThenBy(s => s.Key.Namespace, StringComparer.Ordinal)
            .ToEquatableArray());

    /// <summary>Labels that the selectors of Gateways look at, sorted.</summary>
    internal static Derivation<Unit, EquatableArray<string>> SelectorLabels { get; } = new("Gateway.SelectorLabels", static (reader, _) =>
        reader.Get(All, Unit.Value).SelectMany(static s => s.Selector).Select(static l => l.Key).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).ToEquatableArray());

    /// <summary>The Gateways that a gateway with these labels of its pod serves, in order.</summary>
    public static Derivation<LabelMap, EquatableArray<GatewaySpec>> OfLabels { get; } = new(
        "Gateway.OfLabels",
        static (reader, labels) => reader.Get(All, Unit.Value).Where(s => s.Selector.IsSubsetOf(labels)).ToEquatableArray());
}
