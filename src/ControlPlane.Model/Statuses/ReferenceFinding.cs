using ControlPlane.Model.Collections;

namespace ControlPlane.Model.Statuses;

/// <summary>What is to be told of an object as seen from another one: of a route at a parent, of a policy at an ancestor.</summary>
/// <param name="ReferenceJson">The reference to the other one as JSON; names the entry.</param>
/// <param name="Controller">Name of the controller that tells it; entries of others are theirs.</param>
/// <param name="Conditions">The conditions.</param>
public sealed record ReferenceFinding(string ReferenceJson, string Controller, EquatableArray<ConditionFinding> Conditions);
