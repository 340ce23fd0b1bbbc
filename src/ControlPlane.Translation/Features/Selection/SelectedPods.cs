using ControlPlane.Model.Collections;
using ControlPlane.Model.Incremental;
using ControlPlane.Model.Objects;
using ControlPlane.Model.Snapshots;
using ControlPlane.Translation.Features.WorkloadEntry;

namespace ControlPlane.Translation.Features.Selection;

/// <summary>Whether selectors match anything at all. Few changes of pods change these answers.</summary>
internal static class SelectedPods
{
    /// <summary>Pods by one label, <c>key=value</c>, in all namespaces: made only once some object with a selector is there.</summary>
    private static readonly TableIndex<Pod, string> ByLabel = new(Tables.Pods, static pod => pod.Meta.Labels.Select(static l => Label(l)));

    /// <summary>The namespaces in which pods have all of these labels (at least one), sorted.</summary>
    public static Derivation<LabelMap, EquatableArray<string>> Namespaces { get; } = new("SelectedPods.Namespaces", static (reader, selector) =>
        reader.Lookup(ByLabel, Label(selector.First()))
            .Where(p => selector.IsSubsetOf(p.Meta.Labels))
            .Select(static p => p.Meta.Namespace)
            .Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)
            .ToEquatableArray());

    /// <summary>The labels of these pods, of given keys alone, each set of them once.</summary>
    public static Derivation<(LabelMap Selector, EquatableArray<string> Keys), EquatableArray<LabelMap>> Labels { get; } = new("SelectedPods.Labels", static (reader, key) =>
        reader.Lookup(ByLabel, Label(key.Selector.First()))
            .Where(p => key.Selector.IsSubsetOf(p.Meta.Labels))
            .Select(p => LabelMap.From(p.Meta.Labels.Where(l => key.Keys.Contains(l.Key))))
            .Distinct().OrderBy(static l => l.ToString(), StringComparer.Ordinal)
            .ToEquatableArray());

    /// <summary>Whether some pod or WorkloadEntry of a namespace has these labels; so it is for no labels.</summary>
    public static Derivation<(string Namespace, LabelMap Selector), bool> Any { get; } = new("SelectedPods.Any", static (reader, key) =>
        key.Selector.IsEmpty
        || reader.Get(Namespaces, key.Selector).Contains(key.Namespace)
        || reader.Get(WorkloadEntries.InNamespace, key.Namespace).Any(e => key.Selector.IsSubsetOf(e.Labels)));

    /// <summary>The pods of a namespace that have all of these labels (at least one) and have not ended, those that are alike once.</summary>
    public static Derivation<(string Namespace, LabelMap Selector), EquatableArray<SelectedPod>> Kinds { get; } = new("SelectedPods.Kinds", static (reader, key) =>
        reader.Lookup(ByLabel, Label(key.Selector.First()))
            .Where(p => p.Meta.Namespace == key.Namespace && p.Phase is not ("Succeeded" or "Failed") && key.Selector.IsSubsetOf(p.Meta.Labels))
            .Select(static p => new SelectedPod(p.Meta.Labels, p.Ports))
            .Distinct().OrderBy(static p => p.Labels.ToString(), StringComparer.Ordinal)
            .ToEquatableArray());

    private static string Label(KeyValuePair<string, string> label) => $"{label.Key}={label.Value}";
}
