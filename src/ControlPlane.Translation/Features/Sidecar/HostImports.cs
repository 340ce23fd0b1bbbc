using ControlPlane.Model.Collections;
using ControlPlane.Translation.Views.Services;

namespace ControlPlane.Translation.Features.Sidecar;

/// <summary>The hosts that an egress listener imports, by namespace: <c>.</c> its own, <c>*</c> all, a leading <c>~</c> excludes.</summary>
public sealed class HostImports
{
    private const string AllNamespaces = "*";
    private const string OwnNamespace = ".";
    private const char Exclude = '~';

    private readonly Dictionary<string, Hosts> _byNamespace = new(StringComparer.Ordinal);
    private bool _open;

    /// <summary>Reads a list of <c>namespace/host</c>; entries of another form have no effect.</summary>
    /// <param name="entries">The list.</param>
    /// <param name="ownNamespace">Namespace of the proxy.</param>
    public HostImports(EquatableArray<string> entries, string ownNamespace)
    {
        foreach (var entry in entries)
        {
            var parts = entry.Split('/');
            if (parts.Length != 2)
                continue;
            var excluded = parts[0].StartsWith(Exclude);
            var name = excluded ? parts[0][1..] : parts[0];
            if (excluded && name.Length == 0)
                name = AllNamespaces;
            var hosts = Of(name == OwnNamespace ? ownNamespace : name);
            if (excluded)
                hosts.Excluded.Add(parts[1]);
            else if (HostNames.IsWildcard(parts[1]))
                hosts.Wildcards.Add(parts[1]);
            else
                hosts.Exact.Add(parts[1]);
            _open |= !excluded && (name == AllNamespaces || HostNames.IsWildcard(parts[1]));
        }
    }

    /// <summary>The imported hosts with their namespaces where every import names both in full; null where one leaves something open.</summary>
    public IEnumerable<(string Namespace, string Host)>? Named =>
        _open ? null : _byNamespace.SelectMany(static n => n.Value.Exact.Select(h => (n.Key, h)));

    /// <summary>The service as it is imported: aliases that are not imported are left out of it; null where it is not imported.</summary>
    public MeshService? Import(MeshService service)
    {
        var own = _byNamespace.GetValueOrDefault(service.Namespace);
        var all = _byNamespace.GetValueOrDefault(AllNamespaces);
        if (own?.Excludes(service.Host) == true || all?.Excludes(service.Host) == true)
            return null;
        foreach (var hosts in new[] { own, all })
        {
            if (hosts?.Imports(service.Host) != true)
                continue;
            var aliases = service.Aliases.Where(a => hosts.Imports(a.Host)).ToEquatableArray();
            return aliases.Count == service.Aliases.Count ? service : service with { Aliases = aliases };
        }

        return null;
    }

    /// <summary>Whether a rule of some namespace for some hosts is imported.</summary>
    /// <param name="namespace">Namespace of the rule.</param>
    /// <param name="ruleHosts">Its hosts.</param>
    /// <param name="strict">Whether the rule's hosts must lie within the imported ones (HTTPRoutes); else they need only overlap.</param>
    public bool ImportsRule(string @namespace, IEnumerable<string> ruleHosts, bool strict)
    {
        var own = _byNamespace.GetValueOrDefault(@namespace);
        var all = _byNamespace.GetValueOrDefault(AllNamespaces);
        foreach (var host in ruleHosts)
        {
            if (own?.Excludes(host) == true || all?.Excludes(host) == true)
                continue;
            if (own?.ImportsRule(host, strict) == true || all?.ImportsRule(host, strict) == true)
                return true;
        }

        return false;
    }

    private Hosts Of(string @namespace)
    {
        if (!_byNamespace.TryGetValue(@namespace, out var hosts))
            _byNamespace[@namespace] = hosts = new Hosts();
        return hosts;
    }

    private sealed class Hosts
    {
        public HashSet<string> Exact { get; } = new(StringComparer.Ordinal);

        public List<string> Wildcards { get; } = [];

        public List<string> Excluded { get; } = [];

        public bool Excludes(string host) => Excluded.Any(e => HostNames.Covers(e, host));

        public bool Imports(string host) => Exact.Contains(host) || Wildcards.Any(w => HostNames.Covers(w, host));

        public bool ImportsRule(string host, bool strict)
        {
            if (strict)
                return Imports(host);
            return Exact.Contains(host)
                || Wildcards.Any(w => HostNames.Overlap(w, host))
                || (HostNames.IsWildcard(host) && Exact.Any(e => HostNames.Overlap(host, e)));
        }
    }
}
