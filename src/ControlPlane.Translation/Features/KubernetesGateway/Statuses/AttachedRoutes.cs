using ControlPlane.Model.Collections;
using ControlPlane.Model.Incremental;
using ControlPlane.Model.Objects;
using ControlPlane.Translation.Views;

namespace ControlPlane.Translation.Features.KubernetesGateway.Statuses;

/// <summary>How many routes each listener has taken.</summary>
internal static class AttachedRoutes
{
    private static readonly Derivation<Unit, Index> ByOwner = new("KubernetesRoute.Attached", static (reader, _) => new Index(
        reader.Get(RouteObjects.All, Unit.Value)
            .SelectMany(r => reader.Get(RouteBindings.Of, r).Outcomes.SelectMany(static o => o.Listeners).Distinct())
            .CountBy(static l => l)
            .Select(static c => (c.Key, c.Value))
            .OrderBy(static c => c.Key.OwnerKind, StringComparer.Ordinal).ThenBy(static c => c.Key.Owner).ThenBy(static c => c.Key.Section, StringComparer.Ordinal)
            .ToEquatableArray()));

    /// <summary>The listeners of an object that have taken routes, and how many each.</summary>
    public static Derivation<(string Kind, ObjectKey Owner), EquatableArray<(ListenerId Listener, int Routes)>> Of { get; } = new(
        "KubernetesRoute.AttachedTo", static (reader, owner) => reader.Get(ByOwner, Unit.Value).Of(owner));

    private sealed class Index(EquatableArray<(ListenerId Listener, int Routes)> counts) : IEquatable<Index>
    {
        private readonly EquatableArray<(ListenerId Listener, int Routes)> _counts = counts;
        private readonly Dictionary<(string, ObjectKey), EquatableArray<(ListenerId, int)>> _byOwner = counts
            .GroupBy(static c => (c.Listener.OwnerKind, c.Listener.Owner))
            .ToDictionary(static g => g.Key, static g => g.ToEquatableArray());

        public EquatableArray<(ListenerId Listener, int Routes)> Of((string, ObjectKey) owner) => _byOwner.GetValueOrDefault(owner);

        public bool Equals(Index? other) => other is not null && _counts == other._counts;

        public override bool Equals(object? obj) => Equals(obj as Index);

        public override int GetHashCode() => _counts.GetHashCode();
    }
}
