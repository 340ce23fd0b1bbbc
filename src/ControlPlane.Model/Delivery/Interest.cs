namespace ControlPlane.Model.Delivery;

/// <summary>What a stream wants of one type.</summary>
/// <param name="Wildcard">Whether it wants all resources of the type.</param>
/// <param name="Names">The names it asked for (beside the wildcard, if any).</param>
public sealed record Interest(bool Wildcard, NameSet Names)
{
    /// <summary>Wants nothing.</summary>
    public static Interest None { get; } = new(false, NameSet.Empty);

    /// <summary>Whether a resource of that name concerns the stream.</summary>
    public bool Covers(string name) => Wildcard || Names.Contains(name);
}
