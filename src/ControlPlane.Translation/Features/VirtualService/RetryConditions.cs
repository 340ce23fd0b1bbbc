using System.Globalization;
using ControlPlane.Translation.Envoy.Routes;

namespace ControlPlane.Translation.Features.VirtualService;

/// <summary>The conditions of retries that Envoy knows (x-envoy-retry-on and x-envoy-retry-grpc-on), as Istio accepts them.</summary>
internal static class RetryConditions
{
    private static readonly string[] Names =
    [
        "5xx", "gateway-error", "reset", "reset-before-request", "connect-failure", "retriable-4xx", "refused-stream", "retriable-status-codes",
        "retriable-headers", "envoy-ratelimited", "http3-post-connect-failure", "cancelled", "deadline-exceeded", "internal", "resource-exhausted", "unavailable",
    ];

    /// <summary>Whether a text is a condition, or a status code that HTTP has a name for.</summary>
    public static bool IsKnown(string text) =>
        Names.Contains(text) || (int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var code) && HttpStatus.IsKnown(code));
}
