using ControlPlane.Model.Collections;
using ControlPlane.Model.Objects;
using ControlPlane.Translation.Views.Services;

namespace ControlPlane.Translation.Features.VirtualService;

/// <summary>The VirtualServices of an egress listener by the hosts that they name. Equal where the VirtualServices are.</summary>
internal sealed class VirtualServiceIndex : IEquatable<VirtualServiceIndex>
{
    private readonly EquatableArray<VirtualServiceSpec> _all;
    private readonly Dictionary<string, List<int>> _exact = new(StringComparer.Ordinal);
    private readonly Dictionary<string, ObjectKey> _firstOfHost = new(StringComparer.Ordinal);
    private readonly List<(string Host, ObjectKey First)> _wildcards;

    /// <summary>Files VirtualServices, which are in their order.</summary>
    public VirtualServiceIndex(EquatableArray<VirtualServiceSpec> all)
    {
        _all = all;
        for (var i = 0; i < all.Count; i++)
        {
            foreach (var host in all[i].Hosts)
                _firstOfHost.TryAdd(host, all[i].Key);
            foreach (var host in all[i].LowerHosts)
                File(host, i);
        }

        _wildcards = [.. _firstOfHost.Where(h => HostNames.IsWildcard(h.Key)).OrderByDescending(h => h.Key.Length).Select(h => (h.Key, h.Value))];
    }

    /// <summary>All of them, in order.</summary>
    public EquatableArray<VirtualServiceSpec> All => _all;

    /// <summary>
    /// The VirtualService that names a service by the most specific host: exactly, else by the longest wildcard; the first of several.
    /// Only this one takes the service by a wildcard. Null where none names it.
    /// </summary>
    public ObjectKey? Owner(string serviceHost)
    {
        if (_firstOfHost.TryGetValue(serviceHost, out var exact))
            return exact;
        var end = HostNames.IsWildcard(serviceHost) ? serviceHost[1..] : serviceHost;
        foreach (var (host, first) in _wildcards)
        {
            if (end.EndsWith(host[1..], StringComparison.Ordinal))
                return first;
        }

        return null;
    }

    /// <summary>Those that take a service, in order: whoever names it exactly, and its owner.</summary>
    public EquatableArray<VirtualServiceSpec> Claiming(string serviceHost)
    {
        if (_all.IsEmpty)
            return [];
        var owner = _wildcards.Count == 0 ? null : Owner(serviceHost);
        _exact.TryGetValue(serviceHost.ToLowerInvariant(), out var exact);
        if (owner is null)
            return exact is null ? [] : exact.Select(i => _all[i]).ToEquatableArray();
        return _all.Where((s, i) => exact?.Contains(i) == true || (s.Key == owner && Covers(s, serviceHost))).ToEquatableArray();
    }

    /// <summary>Whether a VirtualService names a host by a wildcard.</summary>
    public static bool Covers(VirtualServiceSpec spec, string host) => spec.LowerHosts.Any(h => HostNames.IsWildcard(h) && HostNames.Overlap(h, host));

    /// <inheritdoc/>
    public bool Equals(VirtualServiceIndex? other) => ReferenceEquals(this, other) || (other is not null && _all == other._all);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as VirtualServiceIndex);

    /// <inheritdoc/>
    public override int GetHashCode() => _all.GetHashCode();

    private void File(string host, int index)
    {
        if (HostNames.IsWildcard(host))
            return;
        if (!_exact.TryGetValue(host, out var list))
            _exact[host] = list = [];
        if (list.Count == 0 || list[^1] != index)
            list.Add(index);
    }
}
