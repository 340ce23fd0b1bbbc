using ControlPlane.Model.Collections;
using ControlPlane.Model.Objects;
using Istio.Networking.V1Alpha3;

namespace ControlPlane.Translation.Features.DestinationRule;

/// <summary>
/// A DestinationRule, or several of one host and namespace that count as one: named after the first, with the subsets of all and the
/// policy of the first that has one.
/// </summary>
public sealed record DestinationRuleSpec
{
    /// <summary>The object, the first where there are several.</summary>
    public required ObjectKey Key { get; init; }

    /// <summary>creationTimestamp.</summary>
    public DateTime CreationTime { get; init; }

    /// <summary>Full host, with a wildcard in front or not.</summary>
    public required string Host { get; init; }

    /// <summary>The policy, null for none. Never written to.</summary>
    public TrafficPolicy? Policy { get; init; }

    /// <summary>The subsets, in order.</summary>
    public EquatableArray<SubsetSpec> Subsets { get; init; }

    /// <summary>exportTo as written, sorted; "." alone for a rule with a selector; empty where the mesh's default holds.</summary>
    public EquatableArray<string> ExportTo { get; init; }

    /// <summary>Labels of the proxies that it is for; null for all.</summary>
    public LabelMap? Selector { get; init; }

    /// <summary>Whether it stands for a BackendTLSPolicy: what users say in a rule of theirs goes before it, field by field.</summary>
    public bool IsDerived { get; init; }

    /// <summary>API path of the object, as cluster metadata names it.</summary>
    public string ApiPath => $"/apis/networking.istio.io/v1/namespaces/{Key.Namespace}/destination-rule/{Key.Name}";

    /// <summary>The subset of a name, null where there is none.</summary>
    public SubsetSpec? SubsetOf(string name) => Subsets.FirstOrDefault(s => s.Name == name);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Key, string.GetHashCode(Host));
}
