using ControlPlane.Model.Collections;
using ControlPlane.Translation.Envoy.FilterChains;
using Envoy.Config.Accesslog.V3;
using Google.Protobuf.WellKnownTypes;
using Istio.Networking.V1Alpha3;

namespace ControlPlane.Translation.Envoy.Listeners;

/// <summary>What a class adds to its inbound listeners.</summary>
/// <param name="Http">Common part of connection managers.</param>
/// <param name="Tcp">Common part of TCP proxies.</param>
/// <param name="Tls">Mutual TLS.</param>
/// <param name="AccessLogs">Logs of connections that no chain takes.</param>
/// <param name="Retries">Retries of routes, null for Istio's.</param>
/// <param name="DetectionTimeout">How long protocol detection may take.</param>
/// <param name="ExactBalance">Whether connections are spread over the proxy's threads evenly.</param>
public sealed record InboundListenerSettings(
    HttpConnectionTemplate Http,
    TcpTemplate Tcp,
    InboundTlsSettings Tls,
    EquatableArray<Frozen<AccessLog>> AccessLogs,
    Frozen<HTTPRetry>? Retries,
    Frozen<Duration> DetectionTimeout,
    bool ExactBalance);
