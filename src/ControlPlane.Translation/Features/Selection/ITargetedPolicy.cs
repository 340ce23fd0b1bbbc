using ControlPlane.Model.Objects;

namespace ControlPlane.Translation.Features.Selection;

/// <summary>A policy of a namespace that says which workloads it concerns.</summary>
public interface ITargetedPolicy
{
    /// <summary>Namespace and name.</summary>
    ObjectKey Key { get; }

    /// <summary>Age: older policies come first.</summary>
    DateTime CreationTime { get; }

    /// <summary>The workloads; in the root namespace those of all namespaces.</summary>
    PolicyTargets Targets { get; }
}
