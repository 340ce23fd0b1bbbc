using ControlPlane.Model.Collections;
using ControlPlane.Model.Objects;
using ControlPlane.Translation.Features.Selection;
using PolicyAction = Istio.Security.V1Beta1.AuthorizationPolicy.Types.Action;

namespace ControlPlane.Translation.Features.AuthorizationPolicy;

/// <summary>One AuthorizationPolicy as translation reads it.</summary>
public sealed record AuthorizationPolicySpec : ITargetedPolicy
{
    /// <summary>Namespace and name.</summary>
    public required ObjectKey Key { get; init; }

    /// <summary>Age: policies of one action are listed from the oldest on.</summary>
    public required DateTime CreationTime { get; init; }

    /// <summary>The workloads; in the root namespace those of all namespaces.</summary>
    public required PolicyTargets Targets { get; init; }

    /// <summary>What happens to requests that a rule matches.</summary>
    public required PolicyAction Action { get; init; }

    /// <summary>CUSTOM: name of the extension provider of the mesh, "" where none is named.</summary>
    public required string Provider { get; init; }

    /// <summary>Whether the policy is only counted and logged, not enforced (annotation istio.io/dry-run).</summary>
    public required bool DryRun { get; init; }

    /// <summary>The rules; none matches nothing.</summary>
    public required EquatableArray<AuthorizationRule> Rules { get; init; }
}
