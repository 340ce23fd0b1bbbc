namespace ControlPlane.Kubernetes.Client.Requests;

/// <summary>What /version says.</summary>
internal sealed record VersionInfo
{
    /// <summary>Major version, digits.</summary>
    public string Major { get; init; } = "";

    /// <summary>Minor version: digits, with some providers a plus behind them.</summary>
    public string Minor { get; init; } = "";

    /// <summary>Whether the server is at least of this version; false where it says nothing readable.</summary>
    public bool IsAtLeast(int major, int minor) =>
        int.TryParse(Major, out var ours) && int.TryParse(Minor.TrimEnd('+'), out var small) && (ours > major || (ours == major && small >= minor));
}
