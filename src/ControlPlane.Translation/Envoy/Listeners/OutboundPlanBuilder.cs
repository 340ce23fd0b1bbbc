using ControlPlane.Model.Collections;
using ControlPlane.Translation.Views.Services;

namespace ControlPlane.Translation.Envoy.Listeners;

/// <summary>
/// Collects outbound listeners and settles conflicts on one address and port. Services come in their order, so the oldest wins.
/// HTTP and TCP on one address are told apart by detection; chains that take the same connections are not merged, the later is
/// dropped; MongoDB and MySQL tolerate no other protocol, as their servers speak first.
/// </summary>
internal sealed class OutboundPlanBuilder
{
    private readonly Dictionary<(string Address, int Port), Entry> _entries = [];

    /// <summary>From now on nothing is added to the listeners that there are: the user declared them with exactly these services.</summary>
    public void LockAll()
    {
        foreach (var entry in _entries.Values)
            entry.Locked = true;
    }

    /// <summary>Offers what one port of one service needs.</summary>
    /// <param name="addresses">Addresses to listen on.</param>
    /// <param name="port">Port to listen on.</param>
    /// <param name="bindsPort">Whether the port is bound.</param>
    /// <param name="protocol">Protocol of the port.</param>
    /// <param name="http">Makes the chain for requests; its match is set here.</param>
    /// <param name="tcp">Makes the chains for connections.</param>
    /// <param name="wildcard">The proxy's wildcard address.</param>
    public void Add(
        EquatableArray<string> addresses,
        int port,
        bool bindsPort,
        Protocol protocol,
        Func<ChainMatch, PlannedChain> http,
        Func<IEnumerable<PlannedChain>> tcp,
        string wildcard)
    {
        var key = (addresses[0], port);
        var current = _entries.GetValueOrDefault(key);
        if (current is { Locked: true })
            return;
        if (protocol == Protocol.HttpProxy)
            Replace(key, addresses, bindsPort, protocol, [http(ChainMatch.All)]);
        else if (protocol.IsHttp())
            AddHttp(key, addresses, bindsPort, protocol, current, http, addresses[0] == wildcard);
        else if (protocol.IsTcp())
            AddTcp(key, addresses, bindsPort, protocol, current, tcp);
        else if (protocol == Protocol.Auto)
            AddDetected(key, addresses, bindsPort, current, http, tcp);
    }

    /// <summary>The listeners, ordered by address and port.</summary>
    public EquatableArray<PlannedListener> Build() => _entries
        .OrderBy(e => e.Key.Address, StringComparer.Ordinal).ThenBy(e => e.Key.Port)
        .Select(e => new PlannedListener(e.Value.Addresses, e.Key.Port, e.Value.BindsPort, e.Value.Chains.ToEquatableArray()))
        .ToEquatableArray();

    private void AddHttp(
        (string Address, int Port) key,
        EquatableArray<string> addresses,
        bool bindsPort,
        Protocol protocol,
        Entry? current,
        Func<ChainMatch, PlannedChain> http,
        bool onWildcard)
    {
        // Requests of all HTTP services of a port share the listener: the route configuration tells them apart.
        if (current is not null && !current.Protocol.IsTcp())
            return;
        var chain = http(onWildcard ? ChainMatch.Http : ChainMatch.All);
        if (current is null)
        {
            Replace(key, addresses, bindsPort, onWildcard ? Protocol.Auto : protocol, [chain]);
        }
        else if (!IsExclusive(protocol, current.Protocol))
        {
            current.Merge([chain]);
            current.Protocol = Protocol.Auto;
        }
    }

    private void AddTcp(
        (string Address, int Port) key,
        EquatableArray<string> addresses,
        bool bindsPort,
        Protocol protocol,
        Entry? current,
        Func<IEnumerable<PlannedChain>> tcp)
    {
        if (current is null)
        {
            Replace(key, addresses, bindsPort, protocol, tcp());
        }
        else if (!IsExclusive(protocol, current.Protocol))
        {
            current.Merge(tcp());
            if (current.Protocol.IsHttp())
                current.Protocol = Protocol.Auto;
        }
    }

    private void AddDetected(
        (string Address, int Port) key,
        EquatableArray<string> addresses,
        bool bindsPort,
        Entry? current,
        Func<ChainMatch, PlannedChain> http,
        Func<IEnumerable<PlannedChain>> tcp)
    {
        if (current is null || (current.Protocol.IsHttp() && !IsExclusive(Protocol.Auto, current.Protocol)))
        {
            Replace(key, addresses, bindsPort, Protocol.Auto, tcp().Append(http(ChainMatch.Http)));
        }
        else if (!IsExclusive(Protocol.Auto, current.Protocol))
        {
            current.Merge(current.Protocol == Protocol.Auto ? tcp() : tcp().Append(http(ChainMatch.Http)));
            current.Protocol = Protocol.Auto;
        }
    }

    private void Replace((string Address, int Port) key, EquatableArray<string> addresses, bool bindsPort, Protocol protocol, IEnumerable<PlannedChain> chains) =>
        _entries[key] = new Entry { Addresses = addresses, BindsPort = bindsPort, Protocol = protocol, Chains = [.. chains] };

    private static bool IsExclusive(Protocol incoming, Protocol existing) =>
        incoming != existing && (IsServerFirst(incoming) || IsServerFirst(existing));

    private static bool IsServerFirst(Protocol protocol) => protocol is Protocol.Mongo or Protocol.MySql;

    private sealed class Entry
    {
        public required EquatableArray<string> Addresses { get; init; }

        public required bool BindsPort { get; init; }

        public required Protocol Protocol { get; set; }

        public required List<PlannedChain> Chains { get; init; }

        public bool Locked { get; set; }

        public void Merge(IEnumerable<PlannedChain> incoming)
        {
            foreach (var chain in incoming)
            {
                if (!Chains.Any(c => c.Match.ConflictsWith(chain.Match)))
                    Chains.Add(chain);
            }
        }
    }
}
