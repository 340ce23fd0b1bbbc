using ControlPlane.Model.Collections;
using ControlPlane.Model.Incremental;
using ControlPlane.Model.Objects;
using ControlPlane.Model.Snapshots;
using ControlPlane.Translation.Features.KubernetesGateway;
using ControlPlane.Translation.Views;
using ControlPlane.Translation.Views.Mesh;
using ControlPlane.Translation.Views.Proxies;
using ControlPlane.Translation.Views.Services;

namespace ControlPlane.Translation.Features.DestinationRule;

/// <summary>
/// Which DestinationRule is in force for a service. Exactly one source is asked, the first that has a rule for the host: the client's
/// namespace, the service's (as far as exported to the client), the root namespace (likewise). In each the most specific host wins.
/// </summary>
public static class DestinationRules
{
    private const string Everybody = "*";
    private const string Own = ".";

    /// <summary>The objects.</summary>
    public static TableId<ConfigObject> Table { get; } = Tables.Config("DestinationRule");

    private static readonly TableIndex<ConfigObject, string> ByNamespace = new(Table, static o => [o.Meta.Namespace]);

    /// <summary>One object as read, with what is wrong with it.</summary>
    public static Derivation<ObjectKey, Parsed<DestinationRuleSpec>> Object { get; } = new(
        "DestinationRule.Object",
        static (reader, key) => reader.Find(Table, key) is { } source
            ? DestinationRuleReader.Read(source, reader.Get(MeshSettings.Current, Unit.Value).DomainSuffix)
            : new(null, []));

    private static readonly Derivation<Unit, Defaults> MeshDefaults = new("DestinationRule.Defaults", static (reader, _) =>
    {
        var mesh = reader.Get(MeshSettings.Current, Unit.Value);
        return new Defaults(mesh.RootNamespace, mesh.Config.DefaultDestinationRuleExportTo.Contains(Own));
    });

    /// <summary>The rules of a namespace, those that BackendTLSPolicies stand for among them; those with a selector first, then by age.</summary>
    private static readonly Derivation<string, EquatableArray<DestinationRuleSpec>> InNamespace = new(
        "DestinationRule.InNamespace",
        static (reader, name) => reader.Lookup(ByNamespace, name)
            .Select(o => reader.Get(Object, o.Key).Spec)
            .OfType<DestinationRuleSpec>()
            .Concat(reader.Get(BackendTlsPolicies.RulesOf, name))
            .OrderBy(static r => r.Selector is null)
            .ThenBy(static r => r.CreationTime)
            .ThenBy(static r => r.Key.Name, StringComparer.Ordinal)
            .ToEquatableArray());

    /// <summary>The rules that proxies of a namespace find in it.</summary>
    private static readonly Derivation<string, RuleTable> Local = new("DestinationRule.Local", static (reader, name) =>
    {
        var defaults = reader.Get(MeshDefaults, Unit.Value);
        var rules = reader.Get(InNamespace, name);
        // The root namespace's rules are for everybody: its own proxies take only its private ones for their own.
        return new RuleTable(RuleMerge.Join(name == defaults.RootNamespace
            ? rules.Where(r => IsPrivate(r, name, defaults))
            : rules.Where(r => r.ExportTo.IsEmpty || r.ExportTo.Any(e => e is Everybody or Own || e == name))));
    });

    /// <summary>The rules of a namespace that others may find.</summary>
    private static readonly Derivation<string, RuleTable> Exported = new("DestinationRule.Exported", static (reader, name) =>
    {
        var defaults = reader.Get(MeshDefaults, Unit.Value);
        return new RuleTable(RuleMerge.Join(reader.Get(InNamespace, name).Where(r => !IsPrivate(r, name, defaults))));
    });

    /// <summary>Labels that the selectors of a namespace's rules look at, sorted.</summary>
    public static Derivation<string, EquatableArray<string>> SelectorLabels { get; } = new("DestinationRule.SelectorLabels", static (reader, name) =>
        reader.Get(InNamespace, name).SelectMany(static r => r.Selector ?? LabelMap.Empty).Select(static l => l.Key)
            .Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).ToEquatableArray());

    /// <summary>The subsets of all rules. Not all rules at once: an edit of another field ends here.</summary>
    private static readonly Derivation<Unit, SubsetIndex> Subsets = new("DestinationRule.Subsets", static (reader, _) =>
        new SubsetIndex(reader.All(Table).Select(o => reader.Get(Object, o.Key).Spec).OfType<DestinationRuleSpec>()));

    /// <summary>Whether any rule for a host has a subset, in whichever namespace it is.</summary>
    internal static Derivation<(string Host, string Subset), bool> HasSubset { get; } = new(
        "DestinationRule.HasSubset", static (reader, key) => reader.Get(Subsets, Unit.Value).Has(key.Host, key.Subset));

    private static readonly Derivation<string, bool> Hashes = new(
        "DestinationRule.Hashes", static (reader, name) => reader.Get(InNamespace, name).Any(HashSettings.Any));

    private static readonly Derivation<string, bool> Tunes = new(
        "DestinationRule.Tunes", static (reader, name) => reader.Get(InNamespace, name).Any(TcpTunings.Any));

    /// <summary>The rule for the connections of a class to a service, null where there is none.</summary>
    public static DestinationRuleSpec? Outbound(IReader reader, ProxyClass proxy, MeshService service) => Outbound(reader, proxy.Namespace, proxy.Labels, service);

    /// <summary>The rule for the connections of clients of a namespace to a service, null where there is none.</summary>
    /// <param name="reader">What is read is recorded.</param>
    /// <param name="client">Namespace of the clients.</param>
    /// <param name="labels">Their labels, at least those that <see cref="SelectorLabels"/> names.</param>
    /// <param name="service">The service.</param>
    public static DestinationRuleSpec? Outbound(IReader reader, string client, LabelMap labels, MeshService service)
    {
        DestinationRuleSpec? general = null;
        foreach (var rule in Candidates(reader, client, service))
        {
            if (rule.Selector is null)
                general = rule;
            else if (rule.Key.Namespace == client && rule.Selector.IsSubsetOf(labels))
                return rule;
        }

        return general;
    }

    /// <summary>Whether a rule in force for a service may speak of hashes: a cheap answer that few edits change.</summary>
    internal static bool MayHash(IReader reader, string client, MeshService service) => Any(reader, Hashes, client, service);

    /// <summary>The same for what rules say of TCP proxies.</summary>
    internal static bool MayTune(IReader reader, string client, MeshService service) => Any(reader, Tunes, client, service);

    private static bool Any(IReader reader, Derivation<string, bool> question, string client, MeshService service) =>
        reader.Get(question, client) || reader.Get(question, service.Namespace) || reader.Get(question, reader.Get(MeshDefaults, Unit.Value).RootNamespace);

    /// <summary>The rule for connections that a class takes for a service, null where there is none. Selectors are no matter of servers.</summary>
    public static DestinationRuleSpec? Inbound(IReader reader, ProxyClass proxy, MeshService service) =>
        Candidates(reader, proxy.Namespace, service).LastOrDefault(static r => r.Selector is null);

    private static IReadOnlyList<DestinationRuleSpec> Candidates(IReader reader, string client, MeshService service)
    {
        if (reader.Get(Local, client).Match(service.Host) is { Count: > 0 } own)
            return own;
        if (VisibleTo(client, reader.Get(Exported, service.Namespace).Match(service.Host)) is { Count: > 0 } ofService)
            return ofService;
        return VisibleTo(client, reader.Get(Exported, reader.Get(MeshDefaults, Unit.Value).RootNamespace).Match(service.Host));
    }

    private static IReadOnlyList<DestinationRuleSpec> VisibleTo(string client, IReadOnlyList<DestinationRuleSpec> rules) =>
        rules.Count == 0 ? rules : [.. rules.Where(r => r.ExportTo.IsEmpty || r.ExportTo.Any(e => e == Everybody || e == client))];

    private static bool IsPrivate(DestinationRuleSpec rule, string ownNamespace, Defaults defaults) =>
        rule.ExportTo.IsEmpty ? defaults.ExportsToOwn : rule.ExportTo.Count == 1 && (rule.ExportTo[0] == Own || rule.ExportTo[0] == ownNamespace);

    private sealed record Defaults(string RootNamespace, bool ExportsToOwn);
}
