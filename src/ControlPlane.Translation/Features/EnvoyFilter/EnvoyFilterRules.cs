using System.Collections.Frozen;
using ControlPlane.Translation.Envoy;
using ControlPlane.Translation.Features.Selection;
using ControlPlane.Translation.Features.Validation;
using Envoy.Config.Bootstrap.V3;
using Envoy.Config.Cluster.V3;
using Envoy.Config.Core.V3;
using Envoy.Config.Listener.V3;
using Envoy.Config.Route.V3;
using Envoy.Extensions.Filters.Network.HttpConnectionManager.V3;
using ApplyTo = Istio.Networking.V1Alpha3.EnvoyFilter.Types.ApplyTo;
using FilterMatch = Istio.Networking.V1Alpha3.EnvoyFilter.Types.ListenerMatch.Types.FilterMatch;
using MatchCase = Istio.Networking.V1Alpha3.EnvoyFilter.Types.EnvoyConfigObjectMatch.ObjectTypesOneofCase;
using NetworkFilter = Envoy.Config.Listener.V3.Filter;
using ObjectMatch = Istio.Networking.V1Alpha3.EnvoyFilter.Types.EnvoyConfigObjectMatch;
using ObjectPatch = Istio.Networking.V1Alpha3.EnvoyFilter.Types.EnvoyConfigObjectPatch;
using Operation = Istio.Networking.V1Alpha3.EnvoyFilter.Types.Patch.Types.Operation;
using PatchContext = Istio.Networking.V1Alpha3.EnvoyFilter.Types.PatchContext;
using Proto = Istio.Networking.V1Alpha3.EnvoyFilter;

namespace ControlPlane.Translation.Features.EnvoyFilter;

/// <summary>What Istio's validation demands of an EnvoyFilter, and which patches can't do anything.</summary>
internal static class EnvoyFilterRules
{
    private const string ConnectionManager = "envoy.filters.network.http_connection_manager";

    private static readonly string[] HttpTerminals = ["envoy.filters.http.router"];
    private static readonly string[] NetworkTerminals = [ConnectionManager, "envoy.filters.network.tcp_proxy"];

    // Names of filters before Envoy 1.14 had no such part; nothing is called so any more.
    private const string FilterPrefix = "envoy.filters.";

    private static readonly FrozenDictionary<ApplyTo, string> Messages = new Dictionary<ApplyTo, string>
    {
        [ApplyTo.Listener] = ProtoJson.NameOf<Listener>(),
        [ApplyTo.FilterChain] = ProtoJson.NameOf<FilterChain>(),
        [ApplyTo.NetworkFilter] = ProtoJson.NameOf<NetworkFilter>(),
        [ApplyTo.HttpFilter] = ProtoJson.NameOf<HttpFilter>(),
        [ApplyTo.ListenerFilter] = ProtoJson.NameOf<ListenerFilter>(),
        [ApplyTo.RouteConfiguration] = ProtoJson.NameOf<RouteConfiguration>(),
        [ApplyTo.VirtualHost] = ProtoJson.NameOf<VirtualHost>(),
        [ApplyTo.HttpRoute] = ProtoJson.NameOf<Route>(),
        [ApplyTo.Cluster] = ProtoJson.NameOf<Cluster>(),
        [ApplyTo.ExtensionConfig] = ProtoJson.NameOf<TypedExtensionConfig>(),
        [ApplyTo.Bootstrap] = ProtoJson.NameOf<Bootstrap>(),
    }.ToFrozenDictionary();

    /// <summary>Full name of the message that a patch of a kind holds.</summary>
    public static string MessageOf(ApplyTo kind) => Messages[kind];

    /// <summary>Notes what is wrong with the fields by which the object says whom it concerns.</summary>
    public static void CheckTargets(Proto message, Problems problems)
    {
        problems.Require(message.WorkloadSelector is null || message.TargetRefs.Count == 0, "spec", "only one of workloadSelector and targetRefs may be set");
        TargetRules.Check(null, null, message.TargetRefs, problems);
        if (message.WorkloadSelector is not { } selector)
            return;
        const string Field = "spec.workloadSelector.labels";
        foreach (var (key, value) in selector.Labels)
        {
            problems.Require(key.Length > 0, Field, "a label without a name matches nothing");
            problems.Require(!key.Contains('*', StringComparison.Ordinal) && !value.Contains('*', StringComparison.Ordinal), Field, $"a selector takes no wildcards, found {key}={value}");
        }

        if (selector.Labels.Count == 0)
            problems.Warn(Field, "a selector without labels selects everything, as if it were absent");
    }

    /// <summary>Whether a patch may be used; what is wrong with it is noted.</summary>
    /// <param name="patch">The patch.</param>
    /// <param name="hasValue">Whether it has a value.</param>
    /// <param name="field">Its path.</param>
    /// <param name="problems">Takes what is wrong.</param>
    public static bool Check(ObjectPatch patch, bool hasValue, string field, Problems problems)
    {
        if (patch.Match?.Context == PatchContext.Waypoint || patch.Match?.ObjectTypesCase == MatchCase.Waypoint)
        {
            problems.Warn($"{field}.match", "waypoints are not supported: this patch has no effect");
            return false;
        }

        if (patch.ApplyTo == ApplyTo.Invalid)
            return Refuse($"{field}.applyTo", "it is required");
        if (patch.Patch is null || patch.Patch.Operation == Operation.Invalid)
            return Refuse($"{field}.patch.operation", "it is required");
        if (patch.Patch.Operation != Operation.Remove && !hasValue)
            return Refuse($"{field}.patch.value", "it is required but for a removal");
        if (patch.Match is null)
            return true;
        if (Faults(patch.ApplyTo, patch.Match) is var (at, fault))
            return Refuse($"{field}.match.{at}", fault);
        return CheckVersion(patch.Match, field, problems);

        bool Refuse(string at, string fault)
        {
            problems.Error(at, $"the patch is ignored: {fault}");
            return false;
        }
    }

    /// <summary>Whether a patch can do anything; what can't is noted.</summary>
    public static bool HasEffect(ObjectPatch patch, string field, Problems problems)
    {
        if (patch.Patch.FilterClass != Proto.Types.Patch.Types.FilterClass.Unspecified)
            problems.Warn($"{field}.patch.filterClass", "it has no effect: the operation alone decides on the place of a filter");
        if (patch.Match is { } match)
            CheckMatch(patch, match, field, problems);
        if (FollowsTerminal(patch))
            problems.Warn($"{field}.patch.operation", "the filter follows the one that ends the chain, which Envoy refuses: INSERT_BEFORE or INSERT_FIRST puts it before");
        var reason = patch.ApplyTo == ApplyTo.Bootstrap ? "the bootstrap of a proxy is written by its agent, not by the control plane" : Idle(patch);
        if (reason.Length == 0)
            return true;
        problems.Warn($"{field}.{(patch.ApplyTo == ApplyTo.Bootstrap ? "applyTo" : "patch.operation")}", $"this patch has no effect: {reason}");
        return false;
    }

    private static bool CheckVersion(ObjectMatch match, string field, Problems problems)
    {
        if (match.Proxy is not { ProxyVersion: { Length: > 0 } version })
            return true;
        if (version.Length > ProxyVersions.MaxLength)
            problems.Warn($"{field}.match.proxy.proxyVersion", $"it has more than {ProxyVersions.MaxLength} characters and matches no proxy: this patch has no effect");
        else if (Re2Syntax.Fault(version) is { } fault)
            problems.Error($"{field}.match.proxy.proxyVersion", $"the patch is ignored: {fault}");
        else if (ProxyVersions.Parse(version) is null)
            problems.Error($"{field}.match.proxy.proxyVersion", "the patch is ignored: the expression can't be read");
        else
            return true;
        return false;
    }

    private static (string Field, string Fault)? Faults(ApplyTo kind, ObjectMatch match)
    {
        var expected = kind switch
        {
            ApplyTo.Listener or ApplyTo.FilterChain or ApplyTo.NetworkFilter or ApplyTo.HttpFilter or ApplyTo.ListenerFilter => MatchCase.Listener,
            ApplyTo.RouteConfiguration or ApplyTo.VirtualHost or ApplyTo.HttpRoute => MatchCase.RouteConfiguration,
            ApplyTo.Cluster => MatchCase.Cluster,
            _ => MatchCase.None,
        };
        if (expected != MatchCase.None && match.ObjectTypesCase != MatchCase.None && match.ObjectTypesCase != expected)
            return (Camel(match.ObjectTypesCase), $"a match of kind {Camel(expected)} is required");
        return match.Listener?.FilterChain?.Filter is { } filter && Faults(kind, filter) is { } fault ? ("listener.filterChain.filter", fault) : null;
    }

    private static string? Faults(ApplyTo kind, FilterMatch filter)
    {
        if (filter.Name.Length == 0)
            return "a name is required";
        if (filter.SubFilter is null)
            return null;
        if (kind != ApplyTo.HttpFilter)
            return "subFilter can be matched with applyTo HTTP_FILTER alone";
        if (filter.Name != ConnectionManager)
            return $"subFilter can be matched within {ConnectionManager} alone";
        return filter.SubFilter.Name.Length == 0 ? "subFilter needs a name" : null;
    }

    private static void CheckMatch(ObjectPatch patch, ObjectMatch match, string field, Problems problems)
    {
        var path = $"{field}.match.listener";
        if (match.Listener is not { } listener)
            return;
        if (listener.PortName.Length > 0)
            problems.Warn($"{path}.portName", "it has no effect");
        if (listener.FilterChain is not { } chain)
            return;
        if (chain.TransportSocket.Length > 0)
            problems.Warn($"{path}.filterChain.transportSocket", "it has no effect");
        if (chain.Filter is not { } filter)
            return;
        if (patch.ApplyTo is ApplyTo.Listener or ApplyTo.FilterChain or ApplyTo.ListenerFilter)
            problems.Warn($"{path}.filterChain.filter", "it has no effect with this applyTo");
        CheckName(filter.Name, $"{path}.filterChain.filter.name", problems);
        CheckName(filter.SubFilter?.Name ?? "", $"{path}.filterChain.filter.subFilter.name", problems);
    }

    /// <summary>Whether a filter is put after the router, the connection manager or the TCP proxy.</summary>
    private static bool FollowsTerminal(ObjectPatch patch)
    {
        var filter = patch.Match?.Listener?.FilterChain?.Filter;
        var (name, terminals) = patch.ApplyTo switch
        {
            ApplyTo.HttpFilter => (filter?.SubFilter?.Name, HttpTerminals),
            ApplyTo.NetworkFilter => (filter?.Name, NetworkTerminals),
            _ => (null, []),
        };
        if (terminals.Length == 0)
            return false;
        return patch.Patch.Operation == Operation.Add || (patch.Patch.Operation == Operation.InsertAfter && (name is null || terminals.Contains(name)));
    }

    private static void CheckName(string name, string field, Problems problems)
    {
        if (name.StartsWith("envoy.", StringComparison.Ordinal) && !name.StartsWith(FilterPrefix, StringComparison.Ordinal))
            problems.Warn(field, $"no filter is called {name} any more: names begin with {FilterPrefix}");
    }

    /// <summary>Why an operation does nothing with a kind, "" where it does something.</summary>
    private static string Idle(ObjectPatch patch)
    {
        var (kind, operation) = (patch.ApplyTo, patch.Patch.Operation);
        var adds = operation is Operation.Add or Operation.InsertAfter or Operation.InsertBefore or Operation.InsertFirst;
        var merges = operation is Operation.Merge or Operation.MergeAndReplaceList;
        var possible = kind switch
        {
            ApplyTo.Listener or ApplyTo.FilterChain or ApplyTo.Cluster or ApplyTo.HttpRoute => operation != Operation.Replace,
            ApplyTo.ListenerFilter or ApplyTo.NetworkFilter or ApplyTo.HttpFilter => operation != Operation.MergeAndReplaceList,
            ApplyTo.RouteConfiguration => merges,
            ApplyTo.ExtensionConfig => adds,
            _ => true,
        };
        if (!possible)
            return "the operation is not known for this applyTo";
        var filter = patch.Match?.Listener?.FilterChain?.Filter;
        var named = kind switch
        {
            ApplyTo.ListenerFilter => patch.Match?.Listener?.ListenerFilter.Length > 0,
            ApplyTo.NetworkFilter => filter is not null,
            ApplyTo.HttpFilter => filter?.SubFilter is not null,
            _ => true,
        };
        var needsName = operation is Operation.Replace or Operation.Remove || (kind == ApplyTo.ListenerFilter && merges);
        return needsName && !named ? "the match names no filter" : "";
    }

    private static string Camel(MatchCase match) => match switch
    {
        MatchCase.Listener => "listener",
        MatchCase.RouteConfiguration => "routeConfiguration",
        MatchCase.Cluster => "cluster",
        _ => "waypoint",
    };
}
