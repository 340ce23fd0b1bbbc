using ControlPlane.Model.Collections;

namespace ControlPlane.Translation.Features.KubernetesGateway;

/// <summary>What became of a listener as written.</summary>
/// <param name="Id">The listener.</param>
/// <param name="Kinds">Kinds of routes that it takes.</param>
/// <param name="Faults">What is wrong with it.</param>
internal sealed record ListenerOutcome(ListenerId Id, EquatableArray<string> Kinds, EquatableArray<ListenerFault> Faults)
{
    /// <summary>Whether it is served.</summary>
    public bool IsSound => !Faults.Any(static f => f.Condition == ConditionTypes.Programmed);

    /// <summary>Whether an earlier listener forbids it.</summary>
    public bool IsConflicted => Faults.Any(static f => f.Condition == ConditionTypes.Conflicted);
}
