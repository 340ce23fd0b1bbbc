using ControlPlane.Model.Collections;
using ControlPlane.Model.Incremental;
using ControlPlane.Model.Objects;
using ControlPlane.Model.Snapshots;

namespace ControlPlane.Translation.Features.ReferenceGrant;

/// <summary>Who may refer to objects of another namespace: only those that the owner of that namespace allows by a ReferenceGrant.</summary>
public static class ReferenceGrants
{
    /// <summary>The objects.</summary>
    public static TableId<ConfigObject> Table { get; } = Tables.Config("gateway.networking.k8s.io/ReferenceGrant");

    private static readonly TableIndex<ConfigObject, string> ByNamespace = new(Table, static o => [o.Meta.Namespace]);

    /// <summary>One object as read, with what is wrong with it.</summary>
    public static Derivation<ObjectKey, Parsed<ReferenceGrantSpec>> Object { get; } = new(
        "ReferenceGrant.Object", static (reader, key) => reader.Find(Table, key) is { } source ? ReferenceGrantReader.Read(source) : new(null, []));

    /// <summary>What some objects may refer to in a namespace.</summary>
    private static readonly Derivation<(ReferenceSource From, string Namespace), EquatableArray<ReferenceTarget>> Targets = new(
        "ReferenceGrant.Targets",
        static (reader, key) => reader.Lookup(ByNamespace, key.Namespace)
            .Select(o => reader.Get(Object, o.Key).Spec)
            .OfType<ReferenceGrantSpec>()
            .Where(g => g.From.Contains(key.From))
            .SelectMany(g => g.To)
            .Distinct()
            .ToEquatableArray());

    /// <summary>Whether a grant allows a reference into another namespace.</summary>
    /// <param name="reader">What is read is recorded.</param>
    /// <param name="from">Who refers.</param>
    /// <param name="group">API group of the target, "" for the core.</param>
    /// <param name="kind">Its kind.</param>
    /// <param name="target">Its namespace and name.</param>
    public static bool Allow(IReader reader, ReferenceSource from, string group, string kind, ObjectKey target) =>
        reader.Get(Targets, (from, target.Namespace)).Any(t => t.Group == group && t.Kind == kind && (t.Name is null || t.Name == target.Name));
}
