using ControlPlane.Translation.Features.Validation;
using Istio.Security.V1Beta1;
using Proto = Istio.Security.V1Beta1.AuthorizationPolicy;
using PolicyAction = Istio.Security.V1Beta1.AuthorizationPolicy.Types.Action;

namespace ControlPlane.Translation.Features.AuthorizationPolicy;

/// <summary>What Istio accepts as an AuthorizationPolicy, beside its selector (Istio's ValidateAuthorizationPolicy).</summary>
internal static class AuthorizationPolicyRules
{
    /// <summary>Notes what is wrong with the policy as a whole.</summary>
    public static void Check(Proto policy, Problems problems)
    {
        if (policy.Action is PolicyAction.Deny or PolicyAction.Custom && policy.Rules.Count == 0)
            problems.Error("spec.rules", $"a policy of action {NameOf(policy.Action)} without rules matches nothing; an empty rule {{}} matches everything");
        if (policy.Action == PolicyAction.Custom)
            problems.Require(policy.Provider is { Name.Length: > 0 }, "spec.provider.name", "action CUSTOM needs the name of an extension provider of the mesh");
        else
            problems.Require(policy.Provider is null, "spec.provider", $"a provider belongs to action CUSTOM, not to {NameOf(policy.Action)}");
    }

    /// <summary>Notes what is wrong with one rule; whether that is nothing.</summary>
    public static bool CheckRule(Proto policy, int index, Problems problems)
    {
        var before = problems.Items.Count(static i => i.Severity == Model.Diagnostics.Severity.Error);
        var rule = policy.Rules[index];
        var path = $"spec.rules[{index}]";
        for (var i = 0; i < rule.From.Count; i++)
            CheckSource(rule.From[i].Source, $"{path}.from[{i}].source", problems);
        for (var i = 0; i < rule.To.Count; i++)
            CheckOperation(rule.To[i].Operation, $"{path}.to[{i}].operation", problems);
        for (var i = 0; i < rule.When.Count; i++)
            CheckCondition(rule.When[i], $"{path}.when[{i}]", problems);
        if (policy.Action == PolicyAction.Custom)
            CheckCustom(rule, path, problems);
        if (policy.Action == PolicyAction.Deny && IsHttpOnly(rule))
            problems.Warn(path, "this rule speaks of HTTP alone: connections to TCP ports have nothing of that, so that all of them are denied; name the ports that are meant");
        return problems.Items.Count(static i => i.Severity == Model.Diagnostics.Severity.Error) == before;
    }

    /// <summary>An action as users write it.</summary>
    public static string NameOf(PolicyAction action) => action.ToString().ToUpperInvariant();

    private static void CheckSource(Source? source, string path, Problems problems)
    {
        if (source is null || source.Equals(new Source()))
        {
            problems.Error(path, "a source must say something");
            return;
        }

        var peers = source.Principals.Count + source.NotPrincipals.Count + source.Namespaces.Count + source.NotNamespaces.Count;
        problems.Require(peers == 0 || source.ServiceAccounts.Count + source.NotServiceAccounts.Count == 0, $"{path}.serviceAccounts", "service accounts can't be joined with principals or namespaces in one source");
        ValueRules.CheckNotEmpty(source.Principals, $"{path}.principals", problems);
        ValueRules.CheckNotEmpty(source.NotPrincipals, $"{path}.notPrincipals", problems);
        ValueRules.CheckNotEmpty(source.RequestPrincipals, $"{path}.requestPrincipals", problems);
        ValueRules.CheckNotEmpty(source.NotRequestPrincipals, $"{path}.notRequestPrincipals", problems);
        ValueRules.CheckNotEmpty(source.Namespaces, $"{path}.namespaces", problems);
        ValueRules.CheckNotEmpty(source.NotNamespaces, $"{path}.notNamespaces", problems);
        ValueRules.CheckServiceAccounts(source.ServiceAccounts, $"{path}.serviceAccounts", problems);
        ValueRules.CheckServiceAccounts(source.NotServiceAccounts, $"{path}.notServiceAccounts", problems);
        ValueRules.CheckTrustDomains(source.TrustDomains, $"{path}.trustDomains", problems);
        ValueRules.CheckTrustDomains(source.NotTrustDomains, $"{path}.notTrustDomains", problems);
        ValueRules.CheckAddresses(source.IpBlocks, $"{path}.ipBlocks", problems);
        ValueRules.CheckAddresses(source.NotIpBlocks, $"{path}.notIpBlocks", problems);
        ValueRules.CheckAddresses(source.RemoteIpBlocks, $"{path}.remoteIpBlocks", problems);
        ValueRules.CheckAddresses(source.NotRemoteIpBlocks, $"{path}.notRemoteIpBlocks", problems);
    }

    private static void CheckOperation(Operation? operation, string path, Problems problems)
    {
        if (operation is null || operation.Equals(new Operation()))
        {
            problems.Error(path, "an operation must say something");
            return;
        }

        ValueRules.CheckPorts(operation.Ports, $"{path}.ports", problems);
        ValueRules.CheckPorts(operation.NotPorts, $"{path}.notPorts", problems);
        ValueRules.CheckNotEmpty(operation.Methods, $"{path}.methods", problems);
        ValueRules.CheckNotEmpty(operation.NotMethods, $"{path}.notMethods", problems);
        ValueRules.CheckNotEmpty(operation.Hosts, $"{path}.hosts", problems);
        ValueRules.CheckNotEmpty(operation.NotHosts, $"{path}.notHosts", problems);
        ValueRules.CheckPaths(operation.Paths, $"{path}.paths", problems);
        ValueRules.CheckPaths(operation.NotPaths, $"{path}.notPaths", problems);
    }

    private static void CheckCondition(Condition condition, string path, Problems problems)
    {
        var key = condition.Key;
        problems.Require(key.Length > 0, $"{path}.key", "a key is required");
        if (key.Length == 0)
            return;
        problems.Require(condition.Values.Count + condition.NotValues.Count > 0, path, $"values or notValues are required for {key}");
        if (FaultOfKey(key) is { } fault)
            problems.Error($"{path}.key", fault);
        ValueRules.CheckCondition(key, condition.Values, $"{path}.values", problems);
        ValueRules.CheckCondition(key, condition.NotValues, $"{path}.notValues", problems);
    }

    private static string? FaultOfKey(string key)
    {
        switch (key)
        {
            case ConditionKeys.SourceIp or ConditionKeys.RemoteIp or ConditionKeys.SourceNamespace or ConditionKeys.SourceServiceAccount
                or ConditionKeys.SourceTrustDomain or ConditionKeys.SourcePrincipal or ConditionKeys.RequestPrincipal or ConditionKeys.RequestAudiences
                or ConditionKeys.RequestPresenter or ConditionKeys.DestinationIp or ConditionKeys.DestinationPort or ConditionKeys.ServerName:
                return null;
            case "destination.namespace":
                return "the namespace of a policy says where it holds: destination.namespace is no condition";
            case "destination.name" or "destination.user":
                return $"{key} was part of an API that is gone: a selector says whom a policy concerns";
        }

        if (key.StartsWith("destination.labels", StringComparison.Ordinal))
            return "a selector says whom a policy concerns: destination.labels is no condition";
        if (key.StartsWith(ConditionKeys.HeaderPrefix, StringComparison.Ordinal))
        {
            return ConditionKeys.NameAfter(key, ConditionKeys.HeaderPrefix) is { } header && HeaderRules.IsMatchName(header)
                ? null
                : $"the name of a header is required in brackets, {ConditionKeys.HeaderPrefix}[x-name], found {key}";
        }

        if (key.StartsWith(ConditionKeys.ClaimPrefix, StringComparison.Ordinal))
        {
            return ConditionKeys.NameAfter(key, ConditionKeys.ClaimPrefix) is null
                ? $"the name of a claim is required in brackets, {ConditionKeys.ClaimPrefix}[groups], found {key}"
                : null;
        }

        if (key.StartsWith(ConditionKeys.FilterPrefix, StringComparison.Ordinal))
            return ConditionKeys.HasBrackets(key) ? null : $"a key in brackets is required after the name of the filter, found {key}";
        return $"{key} is no attribute that a condition may name";
    }

    /// <summary>The check is asked before the peer's identity and its token are looked at.</summary>
    private static void CheckCustom(Rule rule, string path, Problems problems)
    {
        for (var i = 0; i < rule.From.Count; i++)
        {
            if (rule.From[i].Source is not { } source)
                continue;
            foreach (var (name, given) in Identities(source).Where(static f => f.Given))
                problems.Error($"{path}.from[{i}].source.{name}", "action CUSTOM can't go by who the peer is");
        }

        for (var i = 0; i < rule.When.Count; i++)
        {
            var key = rule.When[i].Key;
            var identity = key is ConditionKeys.SourceNamespace or ConditionKeys.SourceServiceAccount or ConditionKeys.SourceTrustDomain or ConditionKeys.SourcePrincipal
                || key.StartsWith(ConditionKeys.TokenPrefix, StringComparison.Ordinal);
            problems.Require(!identity, $"{path}.when[{i}].key", $"action CUSTOM can't go by {key}");
        }
    }

    private static IEnumerable<(string Name, bool Given)> Identities(Source source) =>
    [
        ("principals", source.Principals.Count > 0), ("notPrincipals", source.NotPrincipals.Count > 0),
        ("requestPrincipals", source.RequestPrincipals.Count > 0), ("notRequestPrincipals", source.NotRequestPrincipals.Count > 0),
        ("namespaces", source.Namespaces.Count > 0), ("notNamespaces", source.NotNamespaces.Count > 0),
        ("serviceAccounts", source.ServiceAccounts.Count > 0), ("notServiceAccounts", source.NotServiceAccounts.Count > 0),
        ("trustDomains", source.TrustDomains.Count > 0), ("notTrustDomains", source.NotTrustDomains.Count > 0),
    ];

    /// <summary>Istio's own test: sources without anything of the connection and no operation, or operations without ports.</summary>
    private static bool IsHttpOnly(Rule rule)
    {
        var from = rule.From.Select(static f => f.Source).OfType<Source>().ToList();
        var to = rule.To.Select(static t => t.Operation).OfType<Operation>().ToList();
        var peers = from.Exists(static s => s.Principals.Count + s.NotPrincipals.Count + s.IpBlocks.Count + s.NotIpBlocks.Count + s.Namespaces.Count + s.NotNamespaces.Count
            + s.RemoteIpBlocks.Count + s.NotRemoteIpBlocks.Count + s.ServiceAccounts.Count + s.NotServiceAccounts.Count > 0);
        var ports = to.Exists(static o => o.Ports.Count + o.NotPorts.Count > 0);
        return (from.Count > 0 && to.Count == 0 && !peers) || (to.Count > 0 && !ports);
    }
}
