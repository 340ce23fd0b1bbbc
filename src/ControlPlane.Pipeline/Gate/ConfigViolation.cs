namespace ControlPlane.Pipeline.Gate;

/// <summary>One broken rule of a resource.</summary>
/// <param name="Path">The field, from the resource down, in the names of the definitions: <c>filter_chains[0].filters[1].typed_config.stat_prefix</c>. Empty for the resource itself.</param>
/// <param name="Reason">What the rule demands, and the value where that helps and is short.</param>
public sealed record ConfigViolation(string Path, string Reason)
{
    /// <summary>The path and the reason in one line.</summary>
    public override string ToString() => Path.Length == 0 ? Reason : $"{Path}: {Reason}";
}
