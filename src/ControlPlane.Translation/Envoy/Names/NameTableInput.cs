using ControlPlane.Model.Collections;

namespace ControlPlane.Translation.Envoy.Names;

/// <summary>Everything that a name table is made from.</summary>
/// <param name="Entries">The hosts, sorted, each once.</param>
internal sealed record NameTableInput(EquatableArray<NameEntry> Entries)
{
    /// <inheritdoc/>
    public override int GetHashCode() => Entries.Count;
}
