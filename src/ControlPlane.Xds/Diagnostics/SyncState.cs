namespace ControlPlane.Xds.Diagnostics;

/// <summary>Whether a client has what it was sent, in the words of istioctl proxy-status.</summary>
public enum SyncState
{
    /// <summary>Nothing was sent.</summary>
    NotSent,

    /// <summary>The last response was accepted.</summary>
    Synced,

    /// <summary>The last response was not answered yet.</summary>
    Stale,

    /// <summary>A response was refused and none since has put it right.</summary>
    Error,
}
