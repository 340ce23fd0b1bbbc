using System.Net;
using Envoy.Config.Core.V3;
using Envoy.Config.Listener.V3;
using Chain = (Envoy.Config.Listener.V3.FilterChain Chain, int Index);

namespace ControlPlane.Translation.Simulation;

/// <summary>
/// Which filter chain takes a connection. Envoy decides criterion after criterion in a fixed order, each time for the most specific value that any of
/// the remaining chains names, and never goes back: a chain that is less specific in an earlier criterion is not tried when a later one fails.
/// </summary>
internal static class FilterChainSelection
{
    /// <summary>The chain with its place from 0, the default chain with -1, or null.</summary>
    public static Chain? Find(Listener listener, SimulatedConnection connection, InspectedConnection inspected)
    {
        IReadOnlyList<Chain> left = [.. listener.FilterChains.Select((chain, index) => (chain, index))];
        left = ByPort(left, connection.Destination.Port);
        left = ByRange(left, match => match.PrefixRanges, connection.Destination.Address);
        left = ByServerName(left, inspected.ServerName);
        left = ByText(left, match => match.TransportProtocol, inspected.TransportProtocol);
        left = ByApplicationProtocol(left, inspected.ApplicationProtocols);
        left = ByRange(left, match => match.DirectSourcePrefixRanges, connection.Source.Address);
        left = BySourceType(left, connection);
        left = ByRange(left, match => match.SourcePrefixRanges, connection.Source.Address);
        left = BySourcePort(left, connection.Source.Port);
        if (left.Count > 0)
            return left[0];
        return listener.DefaultFilterChain is { } last ? (last, -1) : null;
    }

    private static FilterChainMatch MatchOf(Chain candidate) => candidate.Chain.FilterChainMatch ?? Nothing;

    private static FilterChainMatch Nothing { get; } = new();

    /// <summary>Those with the port if there are any, else those for any port.</summary>
    private static IReadOnlyList<Chain> ByPort(IReadOnlyList<Chain> chains, int port)
    {
        Chain[] exact = [.. chains.Where(c => MatchOf(c).DestinationPort == port)];
        return exact.Length > 0 ? exact : [.. chains.Where(c => MatchOf(c).DestinationPort is null)];
    }

    /// <summary>Those with the longest prefix that holds the address.</summary>
    private static IReadOnlyList<Chain> ByRange(
        IReadOnlyList<Chain> chains, Func<FilterChainMatch, IReadOnlyCollection<CidrRange>> rangesOf, IPAddress address)
    {
        var lengths = chains.Select(c => rangesOf(MatchOf(c)) is { Count: > 0 } ranges ? Longest(ranges, address) : -1).ToArray();
        var best = lengths.Length == 0 ? -2 : lengths.Max();
        return best == -2 ? [] : [.. chains.Where((_, i) => lengths[i] == best)];

        // Ranges of which none holds the address are worse than no ranges at all.
        static int Longest(IReadOnlyCollection<CidrRange> ranges, IPAddress address) =>
            AddressRanges.LongestMatch(ranges, address) is >= 0 and var length ? length : -2;
    }

    /// <summary>Those with the name, else with the longest wildcard that holds it, else those for any name.</summary>
    private static IReadOnlyList<Chain> ByServerName(IReadOnlyList<Chain> chains, string name)
    {
        if (name.Length > 0)
        {
            if (With(name) is { Length: > 0 } exact)
                return exact;
            for (var at = name.IndexOf('.', 1); at > 0 && at < name.Length - 1; at = name.IndexOf('.', at + 1))
            {
                if (With("*" + name[at..]) is { Length: > 0 } wildcard)
                    return wildcard;
            }
        }

        return [.. chains.Where(c => MatchOf(c).ServerNames.Count == 0)];

        Chain[] With(string wanted) => [.. chains.Where(c => MatchOf(c).ServerNames.Contains(wanted))];
    }

    private static IReadOnlyList<Chain> ByText(IReadOnlyList<Chain> chains, Func<FilterChainMatch, string> textOf, string text)
    {
        Chain[] exact = [.. chains.Where(c => textOf(MatchOf(c)) == text)];
        return exact.Length > 0 ? exact : [.. chains.Where(c => textOf(MatchOf(c)).Length == 0)];
    }

    /// <summary>Those with the first of the client's protocols that any chain names, else those for any protocol.</summary>
    private static IReadOnlyList<Chain> ByApplicationProtocol(IReadOnlyList<Chain> chains, IEnumerable<string> protocols)
    {
        foreach (var protocol in protocols)
        {
            Chain[] found = [.. chains.Where(c => MatchOf(c).ApplicationProtocols.Contains(protocol))];
            if (found.Length > 0)
                return found;
        }

        return [.. chains.Where(c => MatchOf(c).ApplicationProtocols.Count == 0)];
    }

    private static IReadOnlyList<Chain> BySourceType(IReadOnlyList<Chain> chains, SimulatedConnection connection)
    {
        var isLocal = IPAddress.IsLoopback(connection.Source.Address) || connection.Source.Address.Equals(connection.Destination.Address);
        var type = isLocal ? FilterChainMatch.Types.ConnectionSourceType.SameIpOrLoopback : FilterChainMatch.Types.ConnectionSourceType.External;
        Chain[] exact = [.. chains.Where(c => MatchOf(c).SourceType == type)];
        return exact.Length > 0 ? exact : [.. chains.Where(c => MatchOf(c).SourceType == FilterChainMatch.Types.ConnectionSourceType.Any)];
    }

    private static IReadOnlyList<Chain> BySourcePort(IReadOnlyList<Chain> chains, int port)
    {
        Chain[] exact = [.. chains.Where(c => MatchOf(c).SourcePorts.Contains((uint)port))];
        return exact.Length > 0 ? exact : [.. chains.Where(c => MatchOf(c).SourcePorts.Count == 0)];
    }
}
