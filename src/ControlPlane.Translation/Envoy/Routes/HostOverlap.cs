using ControlPlane.Translation.Views.Services;

namespace ControlPlane.Translation.Envoy.Routes;

/// <summary>Compares the hosts of a gateway's server with those of a VirtualService.</summary>
internal static class HostOverlap
{
    /// <summary>The hosts that both stand for, each once, in order: of two that overlap the narrower. Case matters.</summary>
    public static List<string> Of(IEnumerable<string> ofServer, IReadOnlyCollection<string> ofRule)
    {
        var result = new List<string>();
        foreach (var host in ofServer)
        {
            foreach (var other in ofRule)
            {
                var narrower = HostNames.Covers(other, host) ? host : HostNames.Covers(host, other) ? other : null;
                if (narrower is not null && !result.Contains(narrower))
                    result.Add(narrower);
            }
        }

        return result;
    }

    /// <summary>Puts the more specific host first: without wildcard, longer, by text.</summary>
    public static Comparer<string> BySpecificity { get; } = Comparer<string>.Create(static (x, y) =>
    {
        var order = HostNames.IsWildcard(x).CompareTo(HostNames.IsWildcard(y));
        if (order == 0)
            order = y.Length.CompareTo(x.Length);
        return order != 0 ? order : string.CompareOrdinal(x, y);
    });
}
