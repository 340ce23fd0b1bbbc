using System.Globalization;

namespace ControlPlane.Translation.Views.Proxies;

/// <summary>Compares the version that an istio/proxyv2 reports. One that can't be read counts as the newest.</summary>
public static class IstioVersions
{
    /// <summary>Whether a version such as 1.29.3 is at least <paramref name="major"/>.<paramref name="minor"/>.</summary>
    public static bool AtLeast(string version, int major, int minor)
    {
        var parts = version.Split('.', '-');
        if (parts.Length < 2 || !Number(parts[0], out var ownMajor) || !Number(parts[1], out var ownMinor))
            return true;
        return ownMajor != major ? ownMajor > major : ownMinor >= minor;
    }

    private static bool Number(string text, out int value) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out value);
}
