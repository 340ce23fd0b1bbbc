namespace ControlPlane.Translation.Views;

/// <summary>Key of derivations that have a single value for the whole mesh.</summary>
public readonly record struct Unit
{
    /// <summary>The only value.</summary>
    public static Unit Value => default;
}
