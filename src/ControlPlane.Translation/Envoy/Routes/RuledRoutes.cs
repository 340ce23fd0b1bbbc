using ControlPlane.Model.Collections;
using ControlPlane.Model.Incremental;
using ControlPlane.Model.Objects;
using ControlPlane.Translation.Features.VirtualService;

namespace ControlPlane.Translation.Envoy.Routes;

/// <summary>The routes that a VirtualService gives a port.</summary>
internal static class RuledRoutes
{
    private static readonly EquatableArray<string> Gateways = [VirtualServiceSpec.Mesh];

    /// <summary>The routes, in order; none where no match concerns the port and the proxy: then the VirtualService does not exist there.</summary>
    public static Derivation<(PortScope Port, ObjectKey Rule), EquatableArray<RouteEntry>> Of { get; } = new("RuledRoutes", static (reader, key) =>
    {
        if (reader.Get(VirtualServices.Merged, key.Rule) is not { } spec)
            return [];
        var (scope, port) = (key.Port.Scope, key.Port);
        var context = new RouteContext(port.Port, Gateways, scope.Outbound.Namespace, scope.Labels, Tls: false, port.ForGrpc);
        return HttpRoutes.Translate(spec, context, new SidecarRouteDirectory(reader, port))
            .Select(static r => (RouteEntry)new RouteEntry.Contributed(r.Freeze()))
            .ToEquatableArray();
    });
}
