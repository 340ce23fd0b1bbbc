namespace ControlPlane.Translation.Views.Services;

/// <summary>Labels and annotations of Services, Pods and Namespaces that the service views read.</summary>
internal static class WellKnownLabels
{
    public const string ExportTo = "networking.istio.io/exportTo";
    public const string TrafficDistribution = "networking.istio.io/traffic-distribution";
    public const string CanonicalServiceAccounts = "alpha.istio.io/canonical-serviceaccounts";
    public const string KubernetesServiceAccounts = "alpha.istio.io/kubernetes-serviceaccounts";
    public const string NodeSelector = "traffic.istio.io/nodeSelector";
    public const string PersistentSession = "istio.io/persistent-session";
    public const string PersistentSessionHeader = "istio.io/persistent-session-header";
    public const string Network = "topology.istio.io/network";
    public const string TlsMode = "security.istio.io/tlsMode";
    public const string Draining = "istio.io/draining";
    public const string GatewayPort = "networking.istio.io/gatewayPort";
    public const string DisablePortTranslation = "experimental.istio.io/disable-gateway-port-translation";

    /// <summary>The labels of a Service that translation reads; a change of any other label is no change.</summary>
    public static readonly string[] OfServices = [PersistentSession, PersistentSessionHeader, Network, GatewayPort, DisablePortTranslation];
}
