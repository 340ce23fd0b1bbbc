using ControlPlane.Model.Collections;
using ControlPlane.Translation.Features.EnvoyFilter;
using Envoy.Config.Route.V3;
using ApplyTo = Istio.Networking.V1Alpha3.EnvoyFilter.Types.ApplyTo;
using Operation = Istio.Networking.V1Alpha3.EnvoyFilter.Types.Patch.Types.Operation;
using PatchContext = Istio.Networking.V1Alpha3.EnvoyFilter.Types.PatchContext;

namespace ControlPlane.Translation.Envoy.Patches;

/// <summary>
/// Applies patches to route configurations: to each itself, to its virtual hosts with their routes; at last virtual hosts are added. Routes are
/// merged and removed before others are added.
/// </summary>
/// <param name="all">The patches, in order.</param>
/// <param name="context">Context of the route configurations.</param>
/// <param name="serverPorts">See <see cref="PatchPlace.ServerPorts"/>.</param>
internal sealed class RoutePatches(EquatableArray<EnvoyPatch> all, PatchContext context, EquatableArray<int> serverPorts)
{
    private readonly List<EnvoyPatch> _patches = [.. all.Where(p => p.ConcernsRoutes && p.IsFor(context))];

    /// <summary>Whether there are none.</summary>
    public bool IsEmpty => _patches.Count == 0;

    /// <summary>How often a patch did something.</summary>
    public int Applied { get; private set; }

    /// <summary>The patched configuration.</summary>
    /// <param name="routes">The configuration, which may be written to.</param>
    public RouteConfiguration Apply(RouteConfiguration routes)
    {
        var name = routes.Name;
        var relevant = _patches.Where(p => RouteMatching.Matches(p, name, context == PatchContext.Gateway, serverPorts)).ToList();
        foreach (var patch in relevant.Where(p => p.ApplyTo == ApplyTo.RouteConfiguration && p.Merges))
        {
            routes = MessageMerge.Into(routes, patch.Value, patch.ReplacesLists);
            Applied++;
        }

        var (ofHosts, ofRoutes) = (relevant.FindAll(p => p.ApplyTo == ApplyTo.VirtualHost), relevant.FindAll(p => p.ApplyTo == ApplyTo.HttpRoute));
        var removed = new HashSet<string>(StringComparer.Ordinal);
        for (var i = 0; i < routes.VirtualHosts.Count; i++)
        {
            if (Apply(routes.VirtualHosts[i], ofHosts, ofRoutes) is { } host)
                routes.VirtualHosts[i] = host;
            else
                removed.Add(routes.VirtualHosts[i].Name);
        }

        foreach (var patch in ofHosts.Where(p => p.Operation == Operation.Add))
        {
            routes.VirtualHosts.Add(patch.Read<VirtualHost>());
            Applied++;
        }

        // As with istiod what was removed does not come back in the same breath: an addition of that name goes too.
        if (removed.Count > 0 && ListEdits.Remove(routes.VirtualHosts, h => removed.Contains(h.Name)))
            Applied++;
        return routes;
    }

    /// <summary>The patched virtual host; null where it is removed.</summary>
    private VirtualHost? Apply(VirtualHost host, List<EnvoyPatch> ofHosts, List<EnvoyPatch> ofRoutes)
    {
        foreach (var patch in ofHosts)
        {
            if (patch.Operation == Operation.Add || !RouteMatching.Matches(patch, host))
                continue;
            if (patch.Operation == Operation.Remove)
                return null;
            host = patch.Operation == Operation.Replace ? patch.Read<VirtualHost>() : MessageMerge.Into(host, patch.Value, patch.ReplacesLists);
            Applied++;
        }

        var relevant = ofRoutes.FindAll(p => RouteMatching.Matches(p, host));
        for (var i = host.Routes.Count - 1; i >= 0; i--)
        {
            if (Apply(host.Routes[i], relevant) is { } route)
            {
                host.Routes[i] = route;
                continue;
            }

            host.Routes.RemoveAt(i);
            Applied++;
        }

        foreach (var patch in relevant.Where(p => Inserts(p, host)))
        {
            Func<Route, bool>? matches = RouteMatching.NamesRoute(patch) ? r => RouteMatching.Matches(patch, r) : null;
            if (ListEdits.Apply(host.Routes, patch.Operation, matches, patch.Read<Route>))
                Applied++;
        }

        return host;
    }

    /// <summary>The patched route; null where it is removed.</summary>
    private Route? Apply(Route route, List<EnvoyPatch> patches)
    {
        foreach (var patch in patches)
        {
            if (patch.Operation != Operation.Remove && !patch.Merges)
                continue;
            if (!RouteMatching.Matches(patch, route))
                continue;
            if (patch.Operation == Operation.Remove)
                return null;
            route = MessageMerge.Into(route, patch.Value, patch.ReplacesLists);
            Applied++;
        }

        return route;
    }

    /// <summary>Whether a patch adds a route. A place at the top that is given by a route is one only where there is such a route.</summary>
    private static bool Inserts(EnvoyPatch patch, VirtualHost host) => patch.Operation switch
    {
        Operation.Add or Operation.InsertBefore or Operation.InsertAfter => true,
        Operation.InsertFirst => !RouteMatching.NamesRoute(patch) || host.Routes.Any(r => RouteMatching.Matches(patch, r)),
        _ => false,
    };
}
