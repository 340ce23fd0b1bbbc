using ControlPlane.Model.Collections;
using ControlPlane.Translation.Envoy.Capabilities;
using ControlPlane.Translation.Features.EnvoyFilter;
using Envoy.Config.Listener.V3;
using Envoy.Extensions.Filters.Network.HttpConnectionManager.V3;
using ApplyTo = Istio.Networking.V1Alpha3.EnvoyFilter.Types.ApplyTo;
using Operation = Istio.Networking.V1Alpha3.EnvoyFilter.Types.Patch.Types.Operation;
using PatchContext = Istio.Networking.V1Alpha3.EnvoyFilter.Types.PatchContext;

namespace ControlPlane.Translation.Envoy.Patches;

/// <summary>
/// Applies patches to filter chains: to the chain, to its network filters, to the HTTP filters of its connection managers. Of filters of one kind
/// first come insertions, replacements and removals, then merges, which so reach what was inserted.
/// </summary>
/// <param name="patches">The patches, in order.</param>
/// <param name="context">Context of the listener.</param>
internal sealed class FilterChainPatches(EquatableArray<EnvoyPatch> patches, PatchContext context)
{
    private const string ConnectionManager = "envoy.filters.network.http_connection_manager";

    /// <summary>Whether anything was done.</summary>
    public bool Touched { get; private set; }

    /// <summary>Applies patches of routes to the route configurations that are part of a listener.</summary>
    public void PatchRoutes(Listener listener)
    {
        var routes = new RoutePatches(patches, context, []);
        if (routes.IsEmpty)
            return;
        foreach (var filter in listener.FilterChains.Append(listener.DefaultFilterChain).OfType<FilterChain>().SelectMany(c => c.Filters))
        {
            if (!TypedConfigs.TryRead<HttpConnectionManager>(filter.TypedConfig, out var manager) || manager.RouteConfig is null)
                continue;
            var before = routes.Applied;
            manager.RouteConfig = routes.Apply(manager.RouteConfig);
            if (routes.Applied == before)
                continue;
            filter.TypedConfig = ProtoJson.Pack(manager);
            Touched = true;
        }
    }

    /// <summary>The patched chain; null where it is removed.</summary>
    /// <param name="listener">Its listener.</param>
    /// <param name="chain">The chain, which may be written to.</param>
    public FilterChain? Apply(Listener listener, FilterChain chain)
    {
        foreach (var patch in patches.Where(p => p.ApplyTo == ApplyTo.FilterChain && p.IsFor(context) && ListenerMatching.Matches(p, listener)))
        {
            if (!ListenerMatching.Matches(patch, listener, chain))
                continue;
            if (patch.Operation == Operation.Remove)
                return null;
            if (!patch.Merges)
                continue;
            chain = Merge(chain, patch);
            Touched = true;
        }

        foreach (var patch in Of(ApplyTo.NetworkFilter, listener, chain))
            Touched |= ListEdits.Apply(chain.Filters, patch.Operation, NamedFilter(patch), patch.Read<Filter>);
        foreach (var filter in chain.Filters)
        {
            foreach (var patch in Of(ApplyTo.NetworkFilter, listener, chain))
            {
                if (patch.Operation == Operation.Merge && NamedFilter(patch)?.Invoke(filter) is null or true)
                    Merge(filter, patch.Read<Filter>());
            }

            if (filter.Name == ConnectionManager)
                PatchHttpFilters(filter, [.. Of(ApplyTo.HttpFilter, listener, chain)]);
        }

        return chain;
    }

    /// <summary>A transport socket of the same name is merged, and then nothing else of the patch is; any other is replaced.</summary>
    private static FilterChain Merge(FilterChain chain, EnvoyPatch patch)
    {
        var wanted = patch.Read<FilterChain>().TransportSocket;
        if (wanted is null || chain.TransportSocket is null || chain.TransportSocket.Name != wanted.Name)
            return MessageMerge.Into(chain, patch.Value, patch.ReplacesLists);
        if (chain.TransportSocket.TypedConfig is { } config && wanted.TypedConfig is { } change && MessageMerge.Content(config, change) is { } merged)
            chain.TransportSocket.TypedConfig = merged;
        return chain;
    }

    private void Merge(Filter filter, Filter patch)
    {
        if (filter.TypedConfig is not { } config)
            return;
        if (patch.TypedConfig is { } change)
        {
            if (MessageMerge.Content(config, change) is not { } merged)
                return;
            filter.TypedConfig = merged;
        }

        if (patch.Name.Length > 0)
            filter.Name = patch.Name;
        Touched = true;
    }

    private void PatchHttpFilters(Filter filter, List<EnvoyPatch> relevant)
    {
        relevant.RemoveAll(p => NamedFilter(p)?.Invoke(filter) is false);
        if (relevant.Count == 0 || !TypedConfigs.TryRead<HttpConnectionManager>(filter.TypedConfig, out var manager))
            return;
        var touched = false;
        foreach (var patch in relevant)
            touched |= ListEdits.Apply(manager.HttpFilters, patch.Operation, NamedSubFilter(patch), patch.Read<HttpFilter>);
        foreach (var http in manager.HttpFilters)
        {
            foreach (var patch in relevant.Where(p => p.Operation == Operation.Merge && NamedSubFilter(p)?.Invoke(http) is null or true))
                touched |= Merge(http, patch.Read<HttpFilter>());
        }

        if (!touched)
            return;
        filter.TypedConfig = ProtoJson.Pack(manager);
        Touched = true;
    }

    private static bool Merge(HttpFilter filter, HttpFilter patch)
    {
        if (filter.TypedConfig is not { } config)
            return false;
        if (patch.TypedConfig is { } change)
        {
            if (MessageMerge.Content(config, change) is not { } merged)
                return false;
            filter.TypedConfig = merged;
        }

        if (patch.Name.Length > 0)
            filter.Name = patch.Name;
        return true;
    }

    private static Func<Filter, bool>? NamedFilter(EnvoyPatch patch) =>
        patch.Listener?.FilterChain?.Filter is { } match ? f => f.Name == match.Name : null;

    private static Func<HttpFilter, bool>? NamedSubFilter(EnvoyPatch patch) =>
        patch.Listener?.FilterChain?.Filter?.SubFilter is { } match ? f => f.Name == match.Name : null;

    private IEnumerable<EnvoyPatch> Of(ApplyTo kind, Listener listener, FilterChain chain) => patches.Where(p =>
        p.ApplyTo == kind && p.IsFor(context) && ListenerMatching.Matches(p, listener) && ListenerMatching.Matches(p, listener, chain));
}
