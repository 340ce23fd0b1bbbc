namespace ControlPlane.Injection.Configuration;

/// <summary>Whether proxies are native sidecars: init containers that keep running.</summary>
internal enum NativeSidecarMode
{
    /// <summary>Where the nodes are new enough.</summary>
    Auto,

    /// <summary>Always.</summary>
    Always,

    /// <summary>Never.</summary>
    Never,
}
