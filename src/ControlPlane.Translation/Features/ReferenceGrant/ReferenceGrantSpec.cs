using ControlPlane.Model.Collections;
using ControlPlane.Model.Objects;

namespace ControlPlane.Translation.Features.ReferenceGrant;

/// <summary>A ReferenceGrant: objects of some kinds and namespaces may refer to objects of its own namespace.</summary>
/// <param name="Key">Namespace and name.</param>
/// <param name="From">Who may refer.</param>
/// <param name="To">To what.</param>
public sealed record ReferenceGrantSpec(ObjectKey Key, EquatableArray<ReferenceSource> From, EquatableArray<ReferenceTarget> To);
