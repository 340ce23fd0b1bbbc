using ControlPlane.Model.Collections;
using ControlPlane.Model.Incremental;
using ControlPlane.Model.Objects;
using ControlPlane.Model.Snapshots;
using ControlPlane.Translation.Envoy;
using Api = K8S.Gateway.V1;

namespace ControlPlane.Translation.Features.KubernetesGateway;

/// <summary>Namespaces that listeners and Gateways let in.</summary>
internal static class NamespaceSelection
{
    /// <summary>The namespaces let in: all.</summary>
    public const string All = "*";

    private const string FromAll = "All";
    private const string FromSame = "Same";
    private const string FromSelector = "Selector";
    private const string NameLabel = "kubernetes.io/metadata.name";

    /// <summary>The namespaces that a selector matches, sorted; none for one with an operator that does not exist.</summary>
    private static readonly Derivation<Frozen<Api.LabelSelector>, EquatableArray<string>> Matching = new("NamespaceSelection.Matching", static (reader, selector) =>
        reader.All(Tables.Namespaces)
            .Where(n => Matches(selector.Message, n.Meta.Name, n.Meta.Labels))
            .Select(static n => n.Meta.Name).Order(StringComparer.Ordinal)
            .ToEquatableArray());

    private static readonly Derivation<(Frozen<Api.LabelSelector> Selector, string Name), bool> IsMatched = new("NamespaceSelection.IsMatched", static (reader, key) =>
        reader.Find(Tables.Namespaces, new ObjectKey("", key.Name)) is { } found && Matches(key.Selector.Message, found.Meta.Name, found.Meta.Labels));

    /// <summary>The namespaces whose routes a listener takes: <see cref="All"/>, or names.</summary>
    /// <param name="reader">What is read is recorded.</param>
    /// <param name="allowed">What the listener says; null for its own namespace.</param>
    /// <param name="own">Its namespace.</param>
    public static EquatableArray<string> OfRoutes(IReader reader, Api.AllowedNamespaces? allowed, string own)
    {
        var from = allowed?.From ?? FromSame;
        if (from == FromSame)
            return [own];
        return from == FromAll || allowed?.Selector is not { } selector ? [All] : reader.Get(Matching, selector.Freeze());
    }

    /// <summary>Whether a Gateway takes listeners of a namespace; by default of none.</summary>
    /// <param name="reader">What is read is recorded.</param>
    /// <param name="allowed">What the Gateway says.</param>
    /// <param name="own">Its namespace.</param>
    /// <param name="candidate">Namespace of a ListenerSet.</param>
    public static bool TakesListeners(IReader reader, Api.AllowedNamespaces? allowed, string own, string candidate) => allowed switch
    {
        null => false,
        { From: FromAll } => true,
        { From: FromSame } => candidate == own,
        { From: null or FromSelector, Selector: { } selector } => reader.Get(IsMatched, (selector.Freeze(), candidate)),
        _ => false,
    };

    private static bool Matches(Api.LabelSelector selector, string name, LabelMap labels)
    {
        string? Value(string key) => key == NameLabel ? name : labels[key];
        return selector.MatchLabels.All(l => Value(l.Key) == l.Value)
            && selector.MatchExpressions.All(e => (e.Operator, Value(e.Key)) switch
            {
                ("In", { } value) => e.Values.Contains(value),
                ("NotIn", var value) => value is null || !e.Values.Contains(value),
                ("Exists", var value) => value is not null,
                ("DoesNotExist", var value) => value is null,
                _ => false,
            });
    }
}
