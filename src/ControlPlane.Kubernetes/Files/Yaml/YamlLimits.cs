namespace ControlPlane.Kubernetes.Files.Yaml;

/// <summary>Bounds of one document. They keep a hostile or broken file from exhausting stack, memory or time.</summary>
public sealed record YamlLimits
{
    /// <summary>The bounds that apply unless a caller has its own.</summary>
    public static YamlLimits Default { get; } = new();

    /// <summary>Greatest nesting of mappings and sequences, aliases followed. Kubernetes' JSON reader stops at 10,000; no real object passes 40.</summary>
    public int MaxDepth { get; init; } = 100;

    /// <summary>Greatest number of nodes, each alias and merge key counted as what it stands for.</summary>
    public int MaxNodes { get; init; } = 1_000_000;

    /// <summary>Greatest number of characters in all scalars together, each alias and merge key counted as what it stands for.</summary>
    public int MaxScalarCharacters { get; init; } = 32 * 1024 * 1024;
}
