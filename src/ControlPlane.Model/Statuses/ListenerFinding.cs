using ControlPlane.Model.Collections;

namespace ControlPlane.Model.Statuses;

/// <summary>What is to be told of one listener of a Gateway or ListenerSet.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Kinds">Kinds of routes that it takes, of the Gateway API's group, in order.</param>
/// <param name="Routes">How many routes it has taken.</param>
/// <param name="Conditions">Its conditions.</param>
public sealed record ListenerFinding(string Name, EquatableArray<string> Kinds, int Routes, EquatableArray<ConditionFinding> Conditions);
