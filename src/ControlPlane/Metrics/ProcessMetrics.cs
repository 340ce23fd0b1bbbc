using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace ControlPlane.Metrics;

/// <summary>Version and process, under the names that dashboards of Istio and Prometheus look for.</summary>
internal sealed class ProcessMetrics
{
    private const string MeterName = "ControlPlane.Process";
    private const string OpenFiles = "/proc/self/fd";

    public ProcessMetrics(IMeterFactory factory)
    {
        var meter = factory.Create(MeterName);
        var started = Started();
        meter.CreateObservableGauge("istio_build", () => new Measurement<long>(1, new("component", "pilot"), new("tag", ProductVersion.Full)), description: "1, with the version.");
        meter.CreateObservableGauge("pilot_info", () => new Measurement<long>(1, new KeyValuePair<string, object?>("version", ProductVersion.Full)), description: "1, with the version.");
        meter.CreateObservableGauge("istiod_uptime_seconds", () => (DateTime.UtcNow - started).TotalSeconds, description: "Seconds since the start.");
        meter.CreateObservableGauge("process_start_time_seconds", () => (started - DateTime.UnixEpoch).TotalSeconds, description: "Start of the process, seconds since 1970.");
        meter.CreateObservableCounter("process_cpu_seconds_total", () => Environment.CpuUsage.TotalTime.TotalSeconds, description: "Processor time spent, seconds.");
        meter.CreateObservableGauge("process_resident_memory_bytes", () => Environment.WorkingSet, description: "Resident memory, bytes.");
        meter.CreateObservableGauge("process_virtual_memory_bytes", VirtualMemory, description: "Virtual memory, bytes.");
        if (Directory.Exists(OpenFiles))
            meter.CreateObservableGauge("process_open_fds", static () => Directory.GetFileSystemEntries(OpenFiles).Length, description: "Open file descriptors.");
    }

    private static DateTime Started()
    {
        using var process = Process.GetCurrentProcess();
        return process.StartTime.ToUniversalTime();
    }

    private static long VirtualMemory()
    {
        using var process = Process.GetCurrentProcess();
        return process.VirtualMemorySize64;
    }
}
