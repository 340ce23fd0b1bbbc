using ControlPlane.Model.Incremental;
using ControlPlane.Model.Proxies;
using ControlPlane.Translation.Envoy.Clusters;
using ControlPlane.Translation.Envoy.Endpoints;
using ControlPlane.Translation.Envoy.ExtensionConfigs;
using ControlPlane.Translation.Envoy.Listeners;
using ControlPlane.Translation.Envoy.Names;
using ControlPlane.Translation.Envoy.ProxylessGrpc;
using ControlPlane.Translation.Envoy.Routes;
using ControlPlane.Translation.Envoy.Secrets;
using ControlPlane.Translation.Resources;
using ControlPlane.Translation.Views.Proxies;

namespace ControlPlane.Translation;

/// <summary>The table of contents of translation: how a proxy finds its class, and one family of resources per type.</summary>
public static class Translator
{
    /// <summary>The class of a proxy.</summary>
    public static Derivation<ProxyDescriptor, ProxyClass> Classify => ProxyClassifier.Classify;

    /// <summary>The families, in push order.</summary>
    public static IReadOnlyList<ResourceFamily> Families { get; } =
    [
        ProxylessGrpcFamilies.Extend(ClusterFamily.Instance),
        ProxylessGrpcFamilies.Extend(EndpointFamily.Instance),
        ProxylessGrpcFamilies.Extend(ListenerFamily.Instance),
        ProxylessGrpcFamilies.Extend(GatewayRouteFamily.Extend(RouteFamily.Instance)),
        SecretFamily.Instance,
        ExtensionFamily.Instance,
        NameTableFamily.Instance,
    ];
}
