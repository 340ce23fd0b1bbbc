using System.Diagnostics.Metrics;
using Grpc.Core;

namespace ControlPlane.Security.CertificateService;

/// <summary>Counts what the certificate service does, under the names of istiod.</summary>
public sealed class CertificateMetrics : IDisposable
{
    /// <summary>Name of the meter.</summary>
    public const string MeterName = "ControlPlane.Security";

    private readonly Meter _meter;
    private readonly TimeProvider _time;
    private readonly Counter<long> _requests;
    private readonly Counter<long> _issued;
    private readonly Counter<long> _errors;
    private readonly Histogram<double> _duration;

    /// <summary>Makes the instruments.</summary>
    public CertificateMetrics(IMeterFactory factory, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(factory);
        _time = time;
        _meter = factory.Create(MeterName);
        _requests = _meter.CreateCounter<long>("citadel_server_csr_count", description: "Certificate requests that were received.");
        _issued = _meter.CreateCounter<long>("citadel_server_success_cert_issuance_count", description: "Certificates that were issued.");
        _errors = _meter.CreateCounter<long>("citadel_server_csr_refused_count", description: "Certificate requests that were refused, by code.");
        _duration = _meter.CreateHistogram<double>(
            "citadel_server_csr_duration_seconds", "s", "Time from a certificate request to its answer, proof of the caller included.");
    }

    /// <inheritdoc/>
    public void Dispose() => _meter.Dispose();

    internal long Start()
    {
        _requests.Add(1);
        return _time.GetTimestamp();
    }

    internal void OnIssued(long start)
    {
        _issued.Add(1);
        _duration.Record(_time.GetElapsedTime(start).TotalSeconds);
    }

    internal void OnRefused(StatusCode code) => _errors.Add(1, new KeyValuePair<string, object?>("code", code.ToString()));
}
