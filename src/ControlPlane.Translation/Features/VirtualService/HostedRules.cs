using ControlPlane.Model.Collections;
using ControlPlane.Model.Incremental;
using ControlPlane.Translation.Views.Services;

namespace ControlPlane.Translation.Features.VirtualService;

/// <summary>
/// The VirtualServices for one gateway, found by their hosts: a gateway may have thousands of servers and VirtualServices, of which few concern
/// one another. Equal where the VirtualServices are.
/// </summary>
internal sealed class HostedRules : IEquatable<HostedRules>
{
    private readonly EquatableArray<VirtualServiceSpec> _rules;
    private readonly Dictionary<string, List<int>> _byHost = new(StringComparer.Ordinal);
    private readonly List<int> _wildcards = [];

    /// <summary>Files VirtualServices, given in their order.</summary>
    public HostedRules(EquatableArray<VirtualServiceSpec> rules)
    {
        _rules = rules;
        for (var i = 0; i < rules.Count; i++)
        {
            foreach (var host in rules[i].Hosts)
                ListOf(host).Add(i);
        }
    }

    /// <summary>Those that proxies of a namespace see for a gateway, <c>namespace/name</c>.</summary>
    public static Derivation<(string Namespace, string Gateway), HostedRules> Of { get; } = new(
        "VirtualServices.HostedRules", static (reader, key) => new HostedRules(reader.Get(VirtualServices.Of, key)));

    /// <summary>The VirtualServices that may have a host in common with a list of hosts, in their order.</summary>
    /// <param name="hosts">Hosts, with a wildcard in front or not.</param>
    public IEnumerable<VirtualServiceSpec> Near(IReadOnlyCollection<string> hosts)
    {
        if (hosts.Any(HostNames.IsWildcard))
            return _rules;
        var found = new SortedSet<int>(_wildcards);
        foreach (var host in hosts)
        {
            if (_byHost.TryGetValue(host, out var list))
                found.UnionWith(list);
        }

        return found.Select(i => _rules[i]);
    }

    /// <inheritdoc/>
    public bool Equals(HostedRules? other) => ReferenceEquals(this, other) || (other is not null && _rules == other._rules);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as HostedRules);

    /// <inheritdoc/>
    public override int GetHashCode() => _rules.Count;

    private List<int> ListOf(string host)
    {
        if (HostNames.IsWildcard(host))
            return _wildcards;
        if (!_byHost.TryGetValue(host, out var list))
            _byHost[host] = list = [];
        return list;
    }
}
