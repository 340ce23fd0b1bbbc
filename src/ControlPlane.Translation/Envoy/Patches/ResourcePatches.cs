using ControlPlane.Model.Collections;
using ControlPlane.Translation.Features.EnvoyFilter;
using ControlPlane.Translation.Resources;
using Envoy.Config.Cluster.V3;
using Envoy.Config.Listener.V3;
using Envoy.Config.Route.V3;
using Google.Protobuf;
using Operation = Istio.Networking.V1Alpha3.EnvoyFilter.Types.Patch.Types.Operation;
using PatchContext = Istio.Networking.V1Alpha3.EnvoyFilter.Types.PatchContext;

namespace ControlPlane.Translation.Envoy.Patches;

/// <summary>
/// The patches of EnvoyFilters, which act on finished resources: a pure function from resource to resource. What can't be applied to a resource
/// (another type of configuration than the one that is there) is left out alone.
/// </summary>
internal static class ResourcePatches
{
    /// <summary>The patched resource; the very same where no patch did anything, null where one removes it.</summary>
    public static EnvoyResource? Apply(EnvoyResource resource, PatchSet set, PatchPlace place)
    {
        var context = set.IsGateway ? PatchContext.Gateway : place.Inbound ? PatchContext.SidecarInbound : PatchContext.SidecarOutbound;
        switch (resource.Message)
        {
            case Listener listener:
                var ofListener = new ListenerPatches(set.Patches, context);
                return ofListener.Apply(listener.Clone()) is { } patched ? Changed(resource, patched, ofListener.Touched, set) : null;
            case Cluster cluster:
                var ofCluster = new ClusterPatches(set.Patches, context, place.Hosts);
                return ofCluster.Apply(cluster.Clone()) is { } changed ? Changed(resource, changed, ofCluster.Touched, set) : null;
            case RouteConfiguration routes:
                var ofRoutes = new RoutePatches(set.Patches, context, place.ServerPorts);
                return ofRoutes.IsEmpty ? resource : Changed(resource, ofRoutes.Apply(routes.Clone()), ofRoutes.Applied > 0, set);
            default:
                return resource;
        }
    }

    /// <summary>The listeners or clusters that patches add.</summary>
    public static IEnumerable<AddedResource> Added(PatchSet set, Model.Delivery.XdsType type) =>
        set.Patches.Where(p => p.Operation == Operation.Add).Select(p => AddedResource.From(type, p)).OfType<AddedResource>();

    private static EnvoyResource Changed(EnvoyResource resource, IMessage message, bool touched, PatchSet set) => !touched ? resource : new EnvoyResource(resource.Type, resource.Name, message)
    {
        References = ResourceReferences.Of(message),
        PatchedBy = set.Patches.Select(p => p.Origin).Distinct().ToEquatableArray(),
    };
}
