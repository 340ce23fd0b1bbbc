using System.Globalization;

namespace ControlPlane.Injection.Injecting;

/// <summary>What of a cluster's node injection looks at.</summary>
/// <param name="Name">Its name.</param>
/// <param name="KubeletVersion">status.nodeInfo.kubeletVersion, such as v1.34.2.</param>
public sealed record NodeFacts(string Name, string KubeletVersion)
{
    // Native sidecars became stable with Kubernetes 1.33.
    private const int FirstMinor = 33;

    /// <summary>Whether pods on it may have native sidecars; a version that can't be read counts as old.</summary>
    public bool TakesNativeSidecars
    {
        get
        {
            var parts = KubeletVersion.TrimStart('v').Split('.');
            return parts.Length >= 2 && int.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out _)
                && int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out var minor) && minor >= FirstMinor;
        }
    }
}
