using ControlPlane.Translation.Envoy.FilterChains;
using Google.Protobuf.WellKnownTypes;

namespace ControlPlane.Translation.Envoy.Listeners;

/// <summary>What a class adds to its outbound listeners.</summary>
/// <param name="Tcp">Common part of TCP proxies.</param>
/// <param name="FallthroughCluster">Cluster of connections that match no chain.</param>
/// <param name="ExactBalance">Whether connections are spread over the proxy's threads evenly.</param>
/// <param name="DetectionTimeout">How long protocol detection may take.</param>
public sealed record OutboundListenerSettings(TcpTemplate Tcp, string FallthroughCluster, bool ExactBalance, Frozen<Duration> DetectionTimeout);
