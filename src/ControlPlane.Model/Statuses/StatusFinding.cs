namespace ControlPlane.Model.Statuses;

/// <summary>What is to be told in the status of an object, and what stands there.</summary>
/// <param name="Wanted">What is to be told.</param>
/// <param name="CurrentJson">The status as the source gave it, compact JSON; "" where there is none.</param>
public sealed record StatusFinding(ObjectStatus Wanted, string CurrentJson);
