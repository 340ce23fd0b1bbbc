using System.Net;
using System.Text.Json.Nodes;
using ControlPlane.Injection.Json;

namespace ControlPlane.Injection.Configuration;

/// <summary>What a whole ProxyConfig must fulfil for a proxy to start with it.</summary>
internal static class ProxyConfigRules
{
    private const long NanosPerMillisecond = 1_000_000;
    private const long NanosPerSecond = 1_000_000_000;
    private const int MaxPort = 65535;

    /// <summary>What is wrong, each with the name of the field.</summary>
    public static IEnumerable<string> Check(JsonObject config)
    {
        foreach (var name in (string[])["configPath", "binaryPath"])
        {
            if (config.Text(name) is not { Length: > 0 })
                yield return $"{name} must be set";
        }

        if (config["tracingServiceName"] is null && config.Text("serviceCluster") is not { Length: > 0 })
            yield return "serviceCluster or tracingServiceName must be set";
        var drain = ProxyConfigReader.Nanos(config.Text("drainDuration")) ?? 0;
        if (drain < NanosPerMillisecond)
            yield return "drainDuration must be 1ms or more";
        else if (drain % NanosPerSecond != 0)
            yield return "drainDuration must be whole seconds";
        foreach (var name in (string[])["proxyAdminPort", "statusPort"])
        {
            if (config.Whole(name) is not (>= 1 and <= MaxPort))
                yield return $"{name} must be from 1 to {MaxPort}";
        }

        if (config.Text("controlPlaneAuthPolicy") is not (null or "NONE" or "MUTUAL_TLS"))
            yield return "controlPlaneAuthPolicy must be NONE or MUTUAL_TLS";
        if (config.Text("discoveryAddress") is not { Length: > 0 })
            yield return "discoveryAddress must be set";
        foreach (var (field, address) in Addresses(config))
        {
            if (!IsAddress(address))
                yield return $"{field}: \"{address}\" is not host:port";
        }

        if (config.Object("tracing").Object("lightstep") is { } lightstep && lightstep.Text("accessToken") is not { Length: > 0 })
            yield return "tracing.lightstep.accessToken must be set";
        if (config.Object("privateKeyProvider") is { } provider && !HasPollDelay(provider))
            yield return "privateKeyProvider needs cryptomb or qat with a pollDelay that is not zero";
    }

    private static IEnumerable<(string Field, string Address)> Addresses(JsonObject config)
    {
        foreach (var name in (string[])["discoveryAddress", "statsdUdpAddress", "envoyMetricsServiceAddress"])
        {
            if (config.Text(name) is { Length: > 0 } address)
                yield return (name, address);
        }

        foreach (var name in (string[])["envoyMetricsService", "envoyAccessLogService"])
        {
            if (config.Object(name).Text("address") is { Length: > 0 } address)
                yield return ($"{name}.address", address);
        }

        foreach (var name in (string[])["lightstep", "zipkin", "datadog"])
        {
            // $(HOST_IP) is put in by the kubelet.
            if (config.Object("tracing").Object(name) is { } tracer)
                yield return ($"tracing.{name}.address", (tracer.Text("address") ?? "").Replace("$(HOST_IP)", "127.0.0.1", StringComparison.Ordinal));
        }
    }

    private static bool HasPollDelay(JsonObject provider) =>
        (provider.Object("cryptomb") ?? provider.Object("qat")) is { } kind && ProxyConfigReader.Nanos(kind.Text("pollDelay")) is not (null or 0);

    private static bool IsAddress(string address)
    {
        var colon = address.LastIndexOf(':');
        if (colon <= 0 || !ushort.TryParse(address.AsSpan(colon + 1), System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out var port) || port == 0)
            return false;
        var host = address.AsSpan(0, colon);
        if (host is ['[', .. var inner, ']'])
            return IPAddress.TryParse(inner, out _);
        return !host.Contains(':') && IsHostName(host.ToString());
    }

    private static bool IsHostName(string host) => host.Length <= 255 && host.TrimEnd('.').Split('.').All(label =>
        label.Length is > 0 and <= 63 && label[0] != '-' && label[^1] != '-' && label.All(c => char.IsAsciiLetterOrDigit(c) || c is '-'));
}
