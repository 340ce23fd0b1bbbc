using ControlPlane.Translation.Envoy;
using Envoy.Extensions.Filters.Network.HttpConnectionManager.V3;

namespace ControlPlane.Translation.Features.Telemetry;

/// <summary>Tracing of connection managers.</summary>
/// <param name="Tracing">The block, null where there is no tracing.</param>
/// <param name="UseRequestIdForSampling">Whether the request id decides on sampling.</param>
public sealed record TracingSettings(Frozen<HttpConnectionManager.Types.Tracing>? Tracing, bool UseRequestIdForSampling);
