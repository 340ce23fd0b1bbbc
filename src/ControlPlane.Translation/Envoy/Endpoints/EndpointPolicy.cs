using ControlPlane.Model.Collections;

namespace ControlPlane.Translation.Envoy.Endpoints;

/// <summary>What rules say about which endpoints are used and how they are ordered. Most services share <see cref="Default"/>.</summary>
internal sealed record EndpointPolicy
{
    /// <summary>No rule says anything.</summary>
    public static EndpointPolicy Default { get; } = new();

    /// <summary>Labels that endpoints of the subset have.</summary>
    public LabelMap SubsetLabels { get; init; } = LabelMap.Empty;

    /// <summary>Whether the rule's TLS is Istio's mutual one; null where it says nothing, which leaves it to each endpoint.</summary>
    public bool? MutualTls { get; init; }

    /// <summary>Whether unready endpoints are left out.</summary>
    public bool HealthyOnly { get; init; }

    /// <summary>Preference for near endpoints, null where none is in force.</summary>
    public LocalityRule? Locality { get; init; }

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(SubsetLabels, MutualTls, HealthyOnly);
}
