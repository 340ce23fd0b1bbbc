using ControlPlane.Model.Incremental;
using ControlPlane.Translation.Features.DestinationRule;
using ControlPlane.Translation.Features.VirtualService;
using ControlPlane.Translation.Views.Services;
using Envoy.Config.Route.V3;

namespace ControlPlane.Translation.Envoy.Routes;

/// <summary>By what requests to services are hashed of which no VirtualService speaks.</summary>
internal static class ServiceHashes
{
    private static readonly Derivation<(RouteScope Scope, MeshService Service, int Port), Frozen<RouteAction.Types.HashPolicy>?> OfRule = new(
        "ServiceHash",
        static (reader, key) =>
            DestinationRules.Outbound(reader, key.Scope.Outbound.Namespace, key.Scope.Labels, key.Service) is { } rule
                ? HashPolicies.Convert(HashSettings.OfPort(rule, key.Port))?.Freeze()
                : null);

    /// <summary>The policy for a port of a service, null for none.</summary>
    public static Frozen<RouteAction.Types.HashPolicy>? Of(IReader reader, RouteScope scope, MeshService service, int port) =>
        DestinationRules.MayHash(reader, scope.Outbound.Namespace, service) ? reader.Get(OfRule, (scope, service, port)) : null;
}
