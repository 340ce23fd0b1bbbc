using ControlPlane.Model.Collections;
using ControlPlane.Translation.Envoy;
using Envoy.Config.Accesslog.V3;

namespace ControlPlane.Translation.Features.Telemetry;

/// <summary>The access logs of one side.</summary>
/// <param name="Http">Of connection managers.</param>
/// <param name="Tcp">Of TCP proxies.</param>
/// <param name="Listener">Of the listeners that take connections from outside: what no filter chain takes.</param>
public sealed record AccessLogSettings(
    EquatableArray<Frozen<AccessLog>> Http, EquatableArray<Frozen<AccessLog>> Tcp, EquatableArray<Frozen<AccessLog>> Listener);
