using System.Globalization;
using ControlPlane.Model.Incremental;
using ControlPlane.Translation.Views;
using ControlPlane.Translation.Views.Mesh;
using Envoy.Config.Route.V3;
using Envoy.Extensions.Retry.Host.PreviousHosts.V3;
using Envoy.Extensions.Retry.Priority.PreviousPriorities.V3;
using Istio.Networking.V1Alpha3;

namespace ControlPlane.Translation.Envoy.Routes;

/// <summary>Retries of routes.</summary>
public static class RetryPolicies
{
    private const uint DefaultAttempts = 2;
    private const int HostSelectionAttempts = 5;
    private const int PriorityUpdateFrequency = 2;
    private const string OutboundConditions = "connect-failure,refused-stream,unavailable,cancelled,retriable-status-codes";

    // A request that never reached the application may be sent again, whatever it does.
    private const string InboundConditions = "reset-before-request";
    private const string StatusCodes = "retriable-status-codes";

    /// <summary>The retries that the mesh gives routes without their own, in the form of a VirtualService; null for Istio's.</summary>
    public static Derivation<Unit, Frozen<HTTPRetry>?> MeshOutbound { get; } = new(
        "DefaultRetries", static (reader, _) => reader.Get(MeshSettings.Current, Unit.Value).Config.DefaultHttpRetryPolicy?.Freeze());

    /// <summary>The same for inbound routes.</summary>
    public static Derivation<Unit, Frozen<HTTPRetry>?> MeshInbound { get; } = new(
        "DefaultInboundRetries", static (reader, _) => reader.Get(MeshSettings.Current, Unit.Value).Config.DefaultInboundHttpRetryPolicy?.Freeze());

    /// <summary>Retries of an outbound route; null for none.</summary>
    /// <param name="settings">What was asked for, null for Istio's default.</param>
    /// <param name="consistentHash">Whether the route sticks to hosts, so that a retry may not avoid them.</param>
    public static RetryPolicy? Outbound(HTTPRetry? settings, bool consistentHash)
    {
        if (settings is { Attempts: <= 0 })
            return null;
        var policy = new RetryPolicy
        {
            NumRetries = settings is null ? DefaultAttempts : (uint)settings.Attempts,
            RetryOn = OutboundConditions,
            HostSelectionRetryMaxAttempts = HostSelectionAttempts,
        };
        if (settings?.RetryIgnorePreviousHosts ?? !consistentHash)
            policy.RetryHostPredicate.Add(PreviousHosts());
        if (settings is null)
            return policy;
        SetConditions(policy, settings.RetryOn);
        policy.PerTryTimeout = settings.PerTryTimeout;
        if (settings.RetryRemoteLocalities ?? false)
            policy.RetryPriority = PreviousPriorities();
        if (settings.Backoff is { } backoff)
            policy.RetryBackOff = new RetryPolicy.Types.RetryBackOff { BaseInterval = backoff };
        return policy;
    }

    /// <summary>Retries of an inbound route, which has a single host; null for none.</summary>
    public static RetryPolicy? Inbound(HTTPRetry? settings)
    {
        if (settings is { Attempts: <= 0 })
            return null;
        var policy = new RetryPolicy { NumRetries = settings is null ? DefaultAttempts : (uint)settings.Attempts, RetryOn = InboundConditions };
        if (settings is null)
            return policy;
        SetConditions(policy, settings.RetryOn);
        if (settings.Backoff is { } backoff)
            policy.RetryBackOff = new RetryPolicy.Types.RetryBackOff { BaseInterval = backoff };
        return policy;
    }

    /// <summary>Numbers among the conditions are status codes, if HTTP knows them.</summary>
    private static void SetConditions(RetryPolicy policy, string retryOn)
    {
        if (retryOn.Length == 0)
            return;
        var words = new List<string>();
        foreach (var part in retryOn.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            if (int.TryParse(part, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var code) && HttpStatus.IsKnown(code))
                policy.RetriableStatusCodes.Add((uint)code);
            else
                words.Add(part);
        }

        policy.RetryOn = string.Join(',', words);
        if (policy.RetriableStatusCodes.Count > 0 && !policy.RetryOn.Contains(StatusCodes, StringComparison.Ordinal))
            policy.RetryOn += "," + StatusCodes;
    }

    private static RetryPolicy.Types.RetryHostPredicate PreviousHosts() =>
        new() { Name = "envoy.retry_host_predicates.previous_hosts", TypedConfig = ProtoJson.Pack(new PreviousHostsPredicate()) };

    private static RetryPolicy.Types.RetryPriority PreviousPriorities() => new()
    {
        Name = "envoy.retry_priorities.previous_priorities",
        TypedConfig = ProtoJson.Pack(new PreviousPrioritiesConfig { UpdateFrequency = PriorityUpdateFrequency }),
    };
}
