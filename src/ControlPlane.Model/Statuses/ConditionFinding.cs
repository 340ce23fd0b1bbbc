namespace ControlPlane.Model.Statuses;

/// <summary>A condition of a status as it was found; since when it is so, its writer knows.</summary>
/// <param name="Type">What it is about, e.g. Accepted.</param>
/// <param name="Holds">Whether it holds.</param>
/// <param name="Reason">Why, in one word in CamelCase.</param>
/// <param name="Message">Why, for people.</param>
public sealed record ConditionFinding(string Type, bool Holds, string Reason, string Message);
