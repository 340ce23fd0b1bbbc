using ControlPlane.Model.Collections;
using ControlPlane.Translation.Views.Services;

namespace ControlPlane.Translation.Features.DestinationRule;

/// <summary>The names of all subsets by host, whoever sees their rules. Equal where these names are.</summary>
internal sealed class SubsetIndex : IEquatable<SubsetIndex>
{
    private readonly EquatableArray<(string Host, string Subset)> _all;
    private readonly HashSet<(string Host, string Subset)> _exact;
    private readonly EquatableArray<(string Host, string Subset)> _wildcards;

    public SubsetIndex(IEnumerable<DestinationRuleSpec> rules)
    {
        _all = rules.SelectMany(static r => r.Subsets.Select(s => (r.Host, s.Name))).Distinct().Order().ToEquatableArray();
        _exact = [.. _all];
        _wildcards = _all.Where(static s => HostNames.IsWildcard(s.Host)).ToEquatableArray();
    }

    /// <summary>Whether some rule that covers a host has a subset.</summary>
    public bool Has(string host, string subset) =>
        _exact.Contains((host, subset)) || _wildcards.Any(w => w.Subset == subset && HostNames.Covers(w.Host, host));

    /// <inheritdoc/>
    public bool Equals(SubsetIndex? other) => ReferenceEquals(this, other) || (other is not null && _all == other._all);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as SubsetIndex);

    /// <inheritdoc/>
    public override int GetHashCode() => _all.GetHashCode();
}
