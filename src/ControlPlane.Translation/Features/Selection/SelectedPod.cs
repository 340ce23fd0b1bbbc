using ControlPlane.Model.Collections;
using ControlPlane.Model.Objects;

namespace ControlPlane.Translation.Features.Selection;

/// <summary>What pods of one kind have in common that checks of policies read.</summary>
/// <param name="Labels">Their labels.</param>
/// <param name="Ports">The ports that their containers declare.</param>
internal sealed record SelectedPod(LabelMap Labels, EquatableArray<ContainerPort> Ports)
{
    /// <inheritdoc/>
    public override int GetHashCode() => Labels.GetHashCode();
}
