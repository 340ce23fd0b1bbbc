using System.Diagnostics.Metrics;
using ControlPlane.Model.Delivery;
using ControlPlane.Model.Proxies;

namespace ControlPlane.Xds.Diagnostics;

/// <summary>
/// Measurements of the xDS service, under the names that Istio's dashboards and alerts use where there is one.
/// </summary>
public sealed class XdsMetrics : IDisposable
{
    /// <summary>Name of the meter.</summary>
    public const string MeterName = "ControlPlane.Xds";

    private static readonly string[] TypeNames = [.. XdsTypes.All.Select(t => t.ShortName().ToLowerInvariant())];

    private readonly Meter _meter;
    private readonly Counter<long> _pushes;
    private readonly Counter<long> _rejects;
    private readonly Counter<long> _expiredNonces;
    private readonly Counter<long> _refusedStreams;
    private readonly Counter<long> _warmingTimeouts;
    private readonly Counter<long> _sentBytes;
    private readonly UpDownCounter<long> _streams;
    private readonly Histogram<double> _convergence;
    private readonly Histogram<double> _sendTime;
    private readonly Histogram<double> _pushTime;
    private readonly Histogram<long> _size;
    private long _internalErrors;

    /// <summary>Makes the instruments.</summary>
    public XdsMetrics(IMeterFactory factory)
    {
        _meter = factory.Create(MeterName);
        _pushes = _meter.CreateCounter<long>("pilot_xds_pushes", description: "Responses sent, by type.");
        _rejects = _meter.CreateCounter<long>("pilot_total_xds_rejects", description: "Responses that clients refused, by type.");
        _expiredNonces = _meter.CreateCounter<long>("pilot_xds_expired_nonce", description: "Requests with a nonce that is not the last one, by type.");
        _refusedStreams = _meter.CreateCounter<long>("controlplane_xds_refused_streams", description: "Streams that were not accepted, by status code.");
        // Observed, so that there is a zero to compare with before the first one.
        _meter.CreateObservableCounter("pilot_total_xds_internal_errors", () => Interlocked.Read(ref _internalErrors), description: "Streams that ended by a fault of the control plane.");
        _warmingTimeouts = _meter.CreateCounter<long>(
            "controlplane_xds_warming_timeouts", description: "Times that listeners and routes were sent although the client did not yet use new clusters.");
        _sentBytes = _meter.CreateCounter<long>("controlplane_xds_sent_bytes", "By", "Bytes of responses, by type.");
        _streams = _meter.CreateUpDownCounter<long>("pilot_xds", description: "Connected streams, by version of the proxy.");
        _convergence = _meter.CreateHistogram(
            "pilot_proxy_convergence_time", "s", "From a new configuration to the last response that it needed.", advice: Seconds);
        _sendTime = _meter.CreateHistogram("pilot_xds_send_time", "s", "How long a response took to be written.", advice: Seconds);
        _pushTime = _meter.CreateHistogram("pilot_xds_push_time", "s", "From the decision to send a response to its last byte at the transport, by type.", advice: Seconds);
        _size = _meter.CreateHistogram(
            "pilot_xds_config_size_bytes", "By", "Sizes of responses, by type.",
            advice: new InstrumentAdvice<long> { HistogramBucketBoundaries = [1, 10_000, 1_000_000, 4_000_000, 10_000_000, 40_000_000] });
    }

    private static InstrumentAdvice<double> Seconds { get; } = new() { HistogramBucketBoundaries = [.01, .1, .5, 1, 3, 5, 10, 20, 30] };

    /// <inheritdoc/>
    public void Dispose() => _meter.Dispose();

    internal void OnSent(XdsType type, int bytes, TimeSpan time)
    {
        var tag = Tag(type);
        _pushes.Add(1, tag);
        _sentBytes.Add(bytes, tag);
        _size.Record(bytes, tag);
        _sendTime.Record(time.TotalSeconds);
        _pushTime.Record(time.TotalSeconds, tag);
    }

    internal void OnRejected(XdsType type) => _rejects.Add(1, Tag(type));

    internal void OnExpiredNonce(XdsType type) => _expiredNonces.Add(1, Tag(type));

    internal void OnConverged(TimeSpan time) => _convergence.Record(time.TotalSeconds);

    internal void OnWarmingTimeout() => _warmingTimeouts.Add(1);

    internal void OnRefused(string code) => _refusedStreams.Add(1, new KeyValuePair<string, object?>("code", code));

    internal void OnInternalError() => Interlocked.Increment(ref _internalErrors);

    internal void OnConnected(ProxyDescriptor proxy, int change) =>
        _streams.Add(change, new KeyValuePair<string, object?>("version", proxy.IstioVersion));

    private static KeyValuePair<string, object?> Tag(XdsType type) => new("type", TypeNames[(int)type]);
}
