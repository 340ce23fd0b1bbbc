using System.Diagnostics.Metrics;

namespace ControlPlane.Metrics;

/// <summary>Names of metrics as Prometheus has them.</summary>
internal static class MetricNames
{
    /// <summary>
    /// Our own instruments carry their final name, Istio's where it has one. The runtime's (dotnet.gc.collections) are turned into
    /// Prometheus' form: underscores, the unit, _total for counters.
    /// </summary>
    public static string Of(Instrument instrument, MetricKind kind)
    {
        if (!instrument.Name.Contains('.', StringComparison.Ordinal))
            return instrument.Name;
        var name = instrument.Name.Replace('.', '_');
        var unit = instrument.Unit switch
        {
            "By" => "_bytes",
            "s" => "_seconds",
            _ => "",
        };
        return name + unit + (kind == MetricKind.Counter ? "_total" : "");
    }
}
