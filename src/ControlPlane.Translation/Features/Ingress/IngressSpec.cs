using ControlPlane.Model.Collections;
using ControlPlane.Model.Objects;

namespace ControlPlane.Translation.Features.Ingress;

/// <summary>An Ingress as translation reads it.</summary>
public sealed record IngressSpec
{
    /// <summary>Namespace and name.</summary>
    public required ObjectKey Key { get; init; }

    /// <summary>Age: of several Ingresses that speak of one host the oldest goes first.</summary>
    public DateTime CreationTime { get; init; }

    /// <summary>The class by annotation, null where it is absent. It decides alone where it is present, even empty.</summary>
    public string? ClassAnnotation { get; init; }

    /// <summary>Name of the IngressClass, null for none.</summary>
    public string? ClassName { get; init; }

    /// <summary>Its certificates that name a Secret, in order.</summary>
    public EquatableArray<IngressTls> Tls { get; init; }

    /// <summary>Its rules that have paths, in order.</summary>
    public EquatableArray<IngressRule> Rules { get; init; }

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Key, Rules.Count, Tls.Count);
}
