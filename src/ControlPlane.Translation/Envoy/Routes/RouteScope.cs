using ControlPlane.Model.Collections;
using ControlPlane.Model.Incremental;
using ControlPlane.Translation.Envoy.Listeners;
using ControlPlane.Translation.Views.Outbound;
using ControlPlane.Translation.Views.Proxies;

namespace ControlPlane.Translation.Envoy.Routes;

/// <summary>What decides on the virtual hosts of a sidecar. It holds nothing of the workload itself, so that workloads share them.</summary>
/// <param name="Outbound">What it sees.</param>
/// <param name="DomainSuffix">Suffix of Kubernetes hosts that clients may leave out.</param>
/// <param name="Family">Its IP versions.</param>
/// <param name="Labels">Those of its labels that rules look at.</param>
public sealed record RouteScope(OutboundScope Outbound, string DomainSuffix, AddressFamily Family, LabelMap Labels)
{
    /// <summary>The scope of a class.</summary>
    public static RouteScope Of(IReader reader, ProxyClass proxy)
    {
        var outbound = reader.Get(OutboundScopes.OfClass, proxy);
        return new(outbound, proxy.DomainSuffix, AddressFamily.Of(proxy), SourceLabels.Of(reader, proxy, outbound));
    }
}
