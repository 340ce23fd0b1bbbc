using ControlPlane.Model.Collections;
using ControlPlane.Translation.Envoy.Names;
using ControlPlane.Translation.Features.EnvoyFilter;
using Envoy.Config.Cluster.V3;
using Envoy.Config.Core.V3;
using Operation = Istio.Networking.V1Alpha3.EnvoyFilter.Types.Patch.Types.Operation;
using PatchContext = Istio.Networking.V1Alpha3.EnvoyFilter.Types.PatchContext;

namespace ControlPlane.Translation.Envoy.Patches;

/// <summary>Applies patches to one cluster.</summary>
/// <param name="patches">The patches, in order.</param>
/// <param name="context">Context of the cluster.</param>
/// <param name="hosts">Of an inbound cluster the hosts of its services.</param>
internal sealed class ClusterPatches(EquatableArray<EnvoyPatch> patches, PatchContext context, EquatableArray<string> hosts)
{
    /// <summary>Whether anything was done.</summary>
    public bool Touched { get; private set; }

    /// <summary>The patched cluster; null where it is removed.</summary>
    /// <param name="cluster">The cluster, which may be written to.</param>
    public Cluster? Apply(Cluster cluster)
    {
        foreach (var patch in patches)
        {
            if ((patch.Operation != Operation.Remove && !patch.Merges) || !patch.IsFor(context) || !Matches(patch, cluster.Name))
                continue;
            if (patch.Operation == Operation.Remove)
                return null;
            cluster = patch.Read<Cluster>().TransportSocket is { } socket ? Merge(cluster, socket) : MessageMerge.Into(cluster, patch.Value, patch.ReplacesLists);
            Touched = true;
        }

        return cluster;
    }

    /// <summary>
    /// A patch with a transport socket changes that alone. A socket of the same name is merged; where sockets are chosen by endpoint and none is
    /// called so nothing happens, for both forms exclude each other; any other socket is replaced.
    /// </summary>
    private static Cluster Merge(Cluster cluster, TransportSocket patch)
    {
        var target = cluster.TransportSocketMatches.Count > 0
            ? cluster.TransportSocketMatches.Select(m => m.TransportSocket).FirstOrDefault(s => s?.Name == patch.Name)
            : cluster.TransportSocket is { } own && own.Name == patch.Name ? own : null;
        if (target is null)
        {
            if (cluster.TransportSocketMatches.Count == 0)
                cluster.TransportSocket = patch;
        }
        else if (target.TypedConfig is { } config && patch.TypedConfig is { } change && MessageMerge.Content(config, change) is { } merged)
        {
            target.TypedConfig = merged;
        }

        return cluster;
    }

    private bool Matches(EnvoyPatch patch, string name)
    {
        if (patch.Cluster is not { } match)
            return true;
        if (match.Name.Length > 0)
            return match.Name == name;
        var (port, subset, host) = ClusterNames.Parts(name);
        return (match.Subset.Length == 0 || match.Subset == subset)
            && (match.Service.Length == 0 || (hosts.IsEmpty ? host == match.Service : hosts.Contains(match.Service)))
            && (match.PortNumber == 0 || match.PortNumber == port);
    }
}
