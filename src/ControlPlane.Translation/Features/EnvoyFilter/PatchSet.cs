using ControlPlane.Model.Collections;

namespace ControlPlane.Translation.Features.EnvoyFilter;

/// <summary>The patches of a class of proxies that concern one type of resources, in the order in which they act. Value equality; the hash code is computed once.</summary>
public sealed class PatchSet : IEquatable<PatchSet>
{
    private readonly int _hash;

    /// <summary>A set.</summary>
    /// <param name="isGateway">Whether the proxies are gateways.</param>
    /// <param name="patches">The patches, at least one.</param>
    public PatchSet(bool isGateway, EquatableArray<EnvoyPatch> patches)
    {
        IsGateway = isGateway;
        Patches = patches;
        _hash = HashCode.Combine(isGateway, patches);
    }

    /// <summary>Whether the proxies are gateways.</summary>
    public bool IsGateway { get; }

    /// <summary>The patches, in order.</summary>
    public EquatableArray<EnvoyPatch> Patches { get; }

    /// <inheritdoc/>
    public bool Equals(PatchSet? other) =>
        ReferenceEquals(this, other) || (other is not null && _hash == other._hash && IsGateway == other.IsGateway && Patches == other.Patches);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as PatchSet);

    /// <inheritdoc/>
    public override int GetHashCode() => _hash;
}
