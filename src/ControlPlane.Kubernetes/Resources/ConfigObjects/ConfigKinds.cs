using ControlPlane.Model.Collections;
using ControlPlane.Model.Snapshots;

namespace ControlPlane.Kubernetes.Resources.ConfigObjects;

/// <summary>
/// The list of kinds that travel as data. Istio's kinds have tables of their own names; those of other groups carry the group, for
/// Istio and the Gateway API both have a Gateway.
/// </summary>
internal static class ConfigKinds
{
    private const string Networking = "networking.istio.io";
    private const string Security = "security.istio.io";
    private const string Telemetry = "telemetry.istio.io";
    private const string Extensions = "extensions.istio.io";
    private const string GatewayApi = "gateway.networking.k8s.io";
    private const string Ingress = "networking.k8s.io";

    private static readonly EquatableArray<string> NetworkingVersions = ["v1", "v1beta1", "v1alpha3"];

    public static IEnumerable<IResourceAdapter> All { get; } =
    [
        Istio(Networking, "VirtualService", "virtualservices", NetworkingVersions),
        Istio(Networking, "DestinationRule", "destinationrules", NetworkingVersions),
        Istio(Networking, "ServiceEntry", "serviceentries", NetworkingVersions, readsStatus: true),
        Istio(Networking, "WorkloadEntry", "workloadentries", NetworkingVersions, readsStatus: true),
        Istio(Networking, "WorkloadGroup", "workloadgroups", NetworkingVersions),
        Istio(Networking, "Sidecar", "sidecars", NetworkingVersions),
        Istio(Networking, "Gateway", "gateways", NetworkingVersions),
        Istio(Networking, "EnvoyFilter", "envoyfilters", ["v1alpha3"]),
        Istio(Networking, "ProxyConfig", "proxyconfigs", ["v1beta1"]),
        Istio(Security, "AuthorizationPolicy", "authorizationpolicies", ["v1", "v1beta1"]),
        Istio(Security, "PeerAuthentication", "peerauthentications", ["v1", "v1beta1"]),
        Istio(Security, "RequestAuthentication", "requestauthentications", ["v1", "v1beta1"]),
        Istio(Telemetry, "Telemetry", "telemetries", ["v1", "v1alpha1"]),
        Istio(Extensions, "WasmPlugin", "wasmplugins", ["v1alpha1"], readsVersion: true),
        Istio(Extensions, "TrafficExtension", "trafficextensions", ["v1alpha1"], readsVersion: true),
        Other(GatewayApi, "GatewayClass", "gatewayclasses", ["v1", "v1beta1"], namespaced: false),
        Other(GatewayApi, "Gateway", "gateways", ["v1", "v1beta1"]),
        Other(GatewayApi, "HTTPRoute", "httproutes", ["v1", "v1beta1"]),
        Other(GatewayApi, "GRPCRoute", "grpcroutes", ["v1", "v1alpha2"]),
        Other(GatewayApi, "TCPRoute", "tcproutes", ["v1", "v1alpha2"]),
        Other(GatewayApi, "TLSRoute", "tlsroutes", ["v1", "v1alpha3", "v1alpha2"]),
        Other(GatewayApi, "UDPRoute", "udproutes", ["v1", "v1alpha2"]),
        Other(GatewayApi, "ListenerSet", "listenersets", ["v1"]),
        Other(GatewayApi, "ReferenceGrant", "referencegrants", ["v1", "v1beta1"]),
        Other(GatewayApi, "BackendTLSPolicy", "backendtlspolicies", ["v1", "v1alpha3"]),
        Other(Ingress, "Ingress", "ingresses", ["v1"]),
        Other(Ingress, "IngressClass", "ingressclasses", ["v1"], namespaced: false),
    ];

    private static ConfigObjectAdapter Istio(string group, string kind, string plural, EquatableArray<string> versions, bool readsStatus = false, bool readsVersion = false)
    {
        var table = Tables.Config(kind);
        return new ConfigObjectAdapter(new ResourceKind(group, versions, kind, plural, Namespaced: true, table), table, readsStatus, readsVersion);
    }

    private static ConfigObjectAdapter Other(string group, string kind, string plural, EquatableArray<string> versions, bool namespaced = true)
    {
        var table = Tables.Config($"{group}/{kind}");
        return new ConfigObjectAdapter(
            new ResourceKind(group, versions, kind, plural, namespaced, table), table, readsStatus: group == GatewayApi, readsGeneration: group == GatewayApi);
    }
}
