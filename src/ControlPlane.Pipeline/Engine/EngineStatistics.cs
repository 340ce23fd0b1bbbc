namespace ControlPlane.Pipeline.Engine;

/// <summary>What an engine has done so far and holds now.</summary>
public sealed record EngineStatistics
{
    /// <summary>Number of the newest snapshot.</summary>
    public required long Snapshot { get; init; }

    /// <summary>Distinct configurations held.</summary>
    public required int Configurations { get; init; }

    /// <summary>Connected sessions.</summary>
    public required int Sessions { get; init; }

    /// <summary>Resources encoded since the start.</summary>
    public required long Encoded { get; init; }

    /// <summary>Parts of composed resources (virtual hosts) encoded since the start; what a revision takes over from an older one does not count.</summary>
    public required long EncodedParts { get; init; }

    /// <summary>Derived values held.</summary>
    public required int Values { get; init; }

    /// <summary>How often each derivation ran since the start, by its name.</summary>
    public required IReadOnlyDictionary<string, long> Runs { get; init; }
}
