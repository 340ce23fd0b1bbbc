using ControlPlane.Model.Collections;
using ControlPlane.Translation.Envoy.FilterChains;
using Envoy.Config.Accesslog.V3;

namespace ControlPlane.Translation.Envoy.Listeners;

/// <summary>What a class adds to its gateway listeners.</summary>
/// <param name="Http">Common part of connection managers.</param>
/// <param name="Tcp">Common part of TCP proxies.</param>
/// <param name="AccessLogs">Logs of connections that no chain takes.</param>
/// <param name="ProxyProtocol">Whether clients tell by PROXY protocol who they are.</param>
/// <param name="BufferLimit">Bytes that a connection may buffer, null for Envoy's default.</param>
/// <param name="ExactBalance">Whether connections are spread over the proxy's threads evenly.</param>
public sealed record GatewayListenerSettings(
    HttpConnectionTemplate Http, TcpTemplate Tcp, EquatableArray<Frozen<AccessLog>> AccessLogs, bool ProxyProtocol, uint? BufferLimit, bool ExactBalance);
