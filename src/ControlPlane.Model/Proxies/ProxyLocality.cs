namespace ControlPlane.Model.Proxies;

/// <summary>Where something runs. Empty strings where unknown.</summary>
/// <param name="Region">Region.</param>
/// <param name="Zone">Zone within the region.</param>
/// <param name="Subzone">Subzone within the zone.</param>
public sealed record ProxyLocality(string Region, string Zone, string Subzone)
{
    /// <summary>Nothing is known.</summary>
    public static ProxyLocality Unknown { get; } = new("", "", "");

    /// <summary>Reads <c>region/zone/subzone</c>; missing parts are empty.</summary>
    public static ProxyLocality Parse(string text)
    {
        var parts = text.Split('/', 3);
        return new(parts[0], parts.Length > 1 ? parts[1] : "", parts.Length > 2 ? parts[2] : "");
    }

    /// <summary><c>region/zone/subzone</c> without trailing empty parts.</summary>
    public override string ToString() =>
        Subzone.Length > 0 ? $"{Region}/{Zone}/{Subzone}" : Zone.Length > 0 ? $"{Region}/{Zone}" : Region;
}
