using ControlPlane.Model.Collections;
using ControlPlane.Translation.Features.Validation;

namespace ControlPlane.Translation.Features.DestinationRule;

/// <summary>The rules of a namespace by host. Equal where its rules are.</summary>
internal sealed class RuleTable : IEquatable<RuleTable>
{
    private readonly EquatableArray<DestinationRuleSpec> _rules;
    private readonly Dictionary<string, List<DestinationRuleSpec>> _byHost = new(StringComparer.Ordinal);
    private readonly string[] _wildcards;

    /// <summary>Files rules under their hosts, those of one host in the given order.</summary>
    public RuleTable(IReadOnlyList<DestinationRuleSpec> rules)
    {
        _rules = rules.ToEquatableArray();
        foreach (var rule in rules)
        {
            if (!_byHost.TryGetValue(rule.Host, out var list))
                _byHost[rule.Host] = list = [];
            list.Add(rule);
        }

        _wildcards = [.. _byHost.Keys.Where(NameRules.IsWildcard).OrderByDescending(static h => h.Length)];
    }

    /// <summary>The rules of the most specific host that covers a host; none where none does.</summary>
    public IReadOnlyList<DestinationRuleSpec> Match(string host)
    {
        if (_byHost.Count == 0)
            return [];
        if (_byHost.TryGetValue(host, out var exact))
            return exact;
        var end = NameRules.IsWildcard(host) ? host[1..] : host;
        foreach (var wildcard in _wildcards)
        {
            if (end.EndsWith(wildcard[1..], StringComparison.Ordinal))
                return _byHost[wildcard];
        }

        return [];
    }

    /// <inheritdoc/>
    public bool Equals(RuleTable? other) => ReferenceEquals(this, other) || (other is not null && _rules == other._rules);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as RuleTable);

    /// <inheritdoc/>
    public override int GetHashCode() => _rules.GetHashCode();
}
