using ControlPlane.Model.Collections;
using ControlPlane.Translation.Features.EnvoyFilter;
using Envoy.Config.Listener.V3;
using ApplyTo = Istio.Networking.V1Alpha3.EnvoyFilter.Types.ApplyTo;
using Operation = Istio.Networking.V1Alpha3.EnvoyFilter.Types.Patch.Types.Operation;
using PatchContext = Istio.Networking.V1Alpha3.EnvoyFilter.Types.PatchContext;

namespace ControlPlane.Translation.Envoy.Patches;

/// <summary>
/// Applies patches to one listener: to itself, to its listener filters, to its filter chains with what is in them; at last chains are added. Of each
/// part all patches of its kind act in order, before those of the next.
/// </summary>
/// <param name="patches">The patches, in order.</param>
/// <param name="context">Context of the listener.</param>
internal sealed class ListenerPatches(EquatableArray<EnvoyPatch> patches, PatchContext context)
{
    private readonly FilterChainPatches _chains = new(patches, context);
    private bool _touched;

    /// <summary>Whether anything was done.</summary>
    public bool Touched => _touched || _chains.Touched;

    /// <summary>The patched listener; null where it is removed.</summary>
    /// <param name="listener">The listener, which may be written to.</param>
    public Listener? Apply(Listener listener)
    {
        if (context == PatchContext.SidecarInbound)
            _chains.PatchRoutes(listener);
        foreach (var patch in Of(ApplyTo.Listener))
        {
            if (!ListenerMatching.Matches(patch, listener))
                continue;
            if (patch.Operation == Operation.Remove)
                return null;
            if (!patch.Merges)
                continue;
            listener = MessageMerge.Into(listener, patch.Value, patch.ReplacesLists);
            _touched = true;
        }

        foreach (var patch in Of(ApplyTo.ListenerFilter).Where(p => ListenerMatching.Matches(p, listener)))
            _touched |= PatchFilters(listener, patch);
        PatchChains(listener);
        return listener;
    }

    private static bool PatchFilters(Listener listener, EnvoyPatch patch)
    {
        Func<ListenerFilter, bool>? matches = patch.Listener?.ListenerFilter is { Length: > 0 } name ? f => f.Name == name : null;
        if (patch.Operation != Operation.Merge)
            return ListEdits.Apply(listener.ListenerFilters, patch.Operation, matches, patch.Read<ListenerFilter>);
        var touched = false;
        foreach (var filter in matches is null ? [] : listener.ListenerFilters.Where(matches))
        {
            if (filter.TypedConfig is not { } config || patch.Read<ListenerFilter>().TypedConfig is not { } wanted || MessageMerge.Content(config, wanted) is not { } merged)
                continue;
            filter.TypedConfig = merged;
            touched = true;
        }

        return touched;
    }

    private void PatchChains(Listener listener)
    {
        var removed = new HashSet<FilterChain>(ReferenceEqualityComparer.Instance);
        for (var i = 0; i < listener.FilterChains.Count; i++)
        {
            if (_chains.Apply(listener, listener.FilterChains[i]) is { } chain)
                listener.FilterChains[i] = chain;
            else
                removed.Add(listener.FilterChains[i]);
        }

        if (removed.Count > 0)
            _touched |= ListEdits.Remove(listener.FilterChains, removed.Contains);
        if (listener.DefaultFilterChain is { } last)
        {
            listener.DefaultFilterChain = _chains.Apply(listener, last);
            _touched |= listener.DefaultFilterChain is null;
        }

        foreach (var patch in Of(ApplyTo.FilterChain))
        {
            if (patch.Operation != Operation.Add || !ListenerMatching.Matches(patch, listener))
                continue;
            listener.FilterChains.Add(patch.Read<FilterChain>());
            _touched = true;
        }
    }

    private IEnumerable<EnvoyPatch> Of(ApplyTo kind) => patches.Where(p => p.ApplyTo == kind && p.IsFor(context));
}
