using System.Diagnostics.Metrics;

namespace ControlPlane.Injection.Webhook;

/// <summary>What the webhook counts, under Istio's names.</summary>
public sealed class InjectionMetrics
{
    private const string MeterName = "ControlPlane.Injection";

    private readonly Counter<long> _requests;
    private readonly Counter<long> _successes;
    private readonly Counter<long> _failures;
    private readonly Counter<long> _skips;
    private readonly Histogram<double> _time;

    /// <summary>Makes the instruments.</summary>
    public InjectionMetrics(IMeterFactory factory)
    {
        ArgumentNullException.ThrowIfNull(factory);
        var meter = factory.Create(MeterName);
        _requests = meter.CreateCounter<long>("sidecar_injection_requests_total", description: "Requests of the injection webhook.");
        _successes = meter.CreateCounter<long>("sidecar_injection_success_total", description: "Requests that were answered, whether the pod was injected or left alone.");
        _failures = meter.CreateCounter<long>("sidecar_injection_failure_total", description: "Requests that were refused.");
        _skips = meter.CreateCounter<long>("sidecar_injection_skip_total", description: "Pods that were left alone.");
        _time = meter.CreateHistogram(
            "sidecar_injection_time_seconds", "s", "Time to answer a request.",
            advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = [.0005, .001, .0025, .005, .01, .05, .1, .5, 1, 5] });
    }

    /// <summary>Counts a request.</summary>
    /// <param name="reply">The answer; null where the body never came whole.</param>
    /// <param name="elapsed">How long it took.</param>
    public void Count(AdmissionReply? reply, TimeSpan elapsed)
    {
        _requests.Add(1);
        _time.Record(elapsed.TotalSeconds);
        if (reply is null || reply.Error is not null || reply.Outcome?.Error is not null)
        {
            _failures.Add(1);
            return;
        }

        _successes.Add(1);
        if (reply.Outcome?.Pod is null)
            _skips.Add(1);
    }
}
