using Envoy.Config.Route.V3;

namespace ControlPlane.Translation.Simulation;

/// <summary>Which virtual host serves an authority.</summary>
internal static class VirtualHostSelection
{
    /// <summary>The host with the domain itself, else with the longest *SUFFIX, else with the longest PREFIX*, else with *; null for none.</summary>
    public static VirtualHost? Find(RouteConfiguration routes, RequestHeaders headers)
    {
        var host = routes.VhostHeader.Length > 0 ? headers[routes.VhostHeader] : headers.Authority;
        if (string.IsNullOrEmpty(host))
            return null;
        host = (routes.IgnorePortInHostMatching ? WithoutPort(host) : host).ToLowerInvariant();
        VirtualHost? best = null;
        var bestRank = (Kind: -1, Length: -1);
        foreach (var candidate in routes.VirtualHosts)
        {
            foreach (var domain in candidate.Domains)
            {
                var rank = Rank(domain.ToLowerInvariant(), host);
                if (rank.CompareTo(bestRank) > 0)
                    (best, bestRank) = (candidate, rank);
            }
        }

        return best;
    }

    /// <summary>An authority without its port.</summary>
    public static string WithoutPort(string authority)
    {
        var at = authority.LastIndexOf(':');
        if (at < 0 || at == authority.Length - 1 || authority.IndexOf(']', at) >= 0)
            return authority;
        // Several colons without brackets are an IPv6 address without port.
        if (!authority.StartsWith('[') && authority.IndexOf(':', StringComparison.Ordinal) != at)
            return authority;
        return authority.AsSpan(at + 1).ContainsAnyExceptInRange('0', '9') ? authority : authority[..at];
    }

    private static (int Kind, int Length) Rank(string domain, string host)
    {
        if (domain == host)
            return (3, domain.Length);
        if (domain == "*")
            return (0, 0);
        // What stands for the star is at least one character.
        if (domain.Length - 1 >= host.Length)
            return (-1, -1);
        if (domain.StartsWith('*') && host.EndsWith(domain[1..], StringComparison.Ordinal))
            return (2, domain.Length);
        return domain.EndsWith('*') && host.StartsWith(domain[..^1], StringComparison.Ordinal) ? (1, domain.Length) : (-1, -1);
    }
}
