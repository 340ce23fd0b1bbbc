using System.Diagnostics.Metrics;

namespace ControlPlane.Injection.Webhook;

/// <summary>What the validating webhook counts, under Istio's names.</summary>
public sealed class ValidationMetrics
{
    private const string MeterName = "ControlPlane.Validation";

    private readonly Counter<long> _passed;
    private readonly Counter<long> _failed;
    private readonly Counter<long> _httpErrors;
    private readonly Counter<long> _updates;
    private readonly Counter<long> _updateErrors;

    /// <summary>Makes the instruments.</summary>
    public ValidationMetrics(IMeterFactory factory)
    {
        ArgumentNullException.ThrowIfNull(factory);
        var meter = factory.Create(MeterName);
        _passed = meter.CreateCounter<long>("galley_validation_passed", description: "Objects that the validating webhook allowed.");
        _failed = meter.CreateCounter<long>("galley_validation_failed", description: "Objects that the validating webhook refused, or was not for.");
        _httpErrors = meter.CreateCounter<long>("galley_validation_http_error", description: "Requests of the validating webhook that were no review.");
        _updates = meter.CreateCounter<long>("galley_validation_config_updates", description: "Writes of ValidatingWebhookConfigurations.");
        _updateErrors = meter.CreateCounter<long>("galley_validation_config_update_error", description: "Writes of ValidatingWebhookConfigurations that failed.");
    }

    /// <summary>Counts a request.</summary>
    /// <param name="reply">The answer; null where the body never came whole.</param>
    /// <param name="status">Status of the HTTP response.</param>
    public void Count(ValidationReply? reply, int status)
    {
        if (reply is null or { Outcome: ValidationOutcome.NoReview })
        {
            _httpErrors.Add(1, KeyValuePair.Create<string, object?>("status", status));
            return;
        }

        KeyValuePair<string, object?>[] labels = [new("group", reply.Resource.Group), new("version", reply.Resource.Version), new("resource", reply.Resource.Resource)];
        if (reply.Outcome == ValidationOutcome.Passed)
            _passed.Add(1, labels);
        else
            _failed.Add(1, [.. labels, new("reason", ReasonOf(reply.Outcome))]);
    }

    /// <summary>Counts a write of a configuration.</summary>
    public void CountUpdate() => _updates.Add(1);

    /// <summary>Counts a write of a configuration that failed.</summary>
    /// <param name="reason">The API server's reason.</param>
    public void CountUpdateError(string reason) => _updateErrors.Add(1, KeyValuePair.Create<string, object?>("reason", reason));

    private static string ReasonOf(ValidationOutcome outcome) => outcome switch
    {
        ValidationOutcome.UnsupportedOperation => "unsupported_operation",
        ValidationOutcome.UnknownType => "unknown_type",
        ValidationOutcome.CheckFailed => "check_failed",
        ValidationOutcome.DecodeError => "yaml_decode_error",
        _ => "invalid_resource",
    };
}
