using ControlPlane.Model.Collections;
using ControlPlane.Model.Incremental;
using ControlPlane.Translation.Envoy.Clusters;
using ControlPlane.Translation.Resources;

namespace ControlPlane.Translation.Envoy.Endpoints;

/// <summary>The assignments of a class: one for each of its clusters that asks for its hosts.</summary>
internal static class EndpointMembers
{
    /// <summary>The items of a class.</summary>
    public static EquatableArray<EndpointItem> Compute(IReader reader, ClassScope scope)
    {
        var traits = EndpointTraitsReader.OfClass(reader, scope.Class);
        return reader.Get(ServiceClusters.OfClass, scope.Class)
            .Where(static c => c.Discovery == ClusterDiscovery.Eds)
            .Select(c => c.EndpointItem(traits, scope.Class))
            .ToEquatableArray();
    }
}
