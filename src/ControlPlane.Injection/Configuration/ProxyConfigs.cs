using System.Text.Json.Nodes;
using ControlPlane.Injection.Json;

namespace ControlPlane.Injection.Configuration;

/// <summary>Lays ProxyConfigs over one another, checks the result and writes what differs from the defaults.</summary>
internal static class ProxyConfigs
{
    private const string Metadata = "proxyMetadata";
    private const string Headers = "proxyHeaders";

    // Of proxyHeaders only these are kept from below where above has others (Istio's correctProxyHeaders).
    private static readonly string[] KeptHeaders = ["forwardedClientCert", "requestId", "attemptCount", "server", "envoyDebugHeaders"];

    private static readonly string[] ClusterName = ["serviceCluster", "tracingServiceName"];

    // Read only.
    private static readonly JsonObject BuiltIn = Defaults();

    /// <summary>What a proxy has where nobody says anything.</summary>
    public static JsonObject Defaults() => new()
    {
        ["configPath"] = "./etc/istio/proxy",
        ["binaryPath"] = "/usr/local/bin/envoy",
        ["serviceCluster"] = "istio-proxy",
        ["drainDuration"] = "45s",
        ["discoveryAddress"] = "istiod.istio-system.svc:15012",
        ["proxyAdminPort"] = 15000,
        ["controlPlaneAuthPolicy"] = "MUTUAL_TLS",
        ["statNameLength"] = 189,
        ["statusPort"] = DefaultStatusPort,
        ["terminationDrainDuration"] = "5s",
    };

    /// <summary>The port of the agent's own endpoints unless configured.</summary>
    public const int DefaultStatusPort = 15020;

    /// <summary>Lays a config over another: metadata by key, headers by header, any other field as a whole. The result is not to be changed.</summary>
    /// <param name="below">What it is laid over; stays as it is.</param>
    /// <param name="above">What is laid over it.</param>
    /// <param name="zerosOverride">Whether a zero that is the same as no value overrides too, or counts as absent.</param>
    public static JsonObject Lay(JsonObject below, JsonObject? above, bool zerosOverride)
    {
        if (above is null || above.Count == 0)
            return below;
        var result = (JsonObject)below.DeepClone();
        foreach (var (name, value) in above)
        {
            var spec = Array.Find(ProxyConfigSchema.FieldsOf(ProxyConfigSchema.Root), field => field.Name == name)!;
            if (!zerosOverride && spec.ZeroIsUnset && ProxyConfigReader.IsZero(value!, spec))
                continue;
            if (ClusterName.Contains(name))
            {
                foreach (var other in ClusterName)
                    result.Remove(other);
            }

            result[name] = name switch
            {
                Metadata => Merged(result.Object(name), (JsonObject)value!),
                Headers => WithKeptHeaders(result.Object(name), (JsonObject)value!),
                _ => value!.DeepClone(),
            };
        }

        return result;
    }

    /// <summary>The JSON of what differs from the defaults; {} for nothing.</summary>
    public static string Write(JsonObject config)
    {
        var result = new JsonObject();
        foreach (var spec in ProxyConfigSchema.FieldsOf(ProxyConfigSchema.Root))
        {
            if (config[spec.Name] is not { } value || JsonTree.Same(value, BuiltIn[spec.Name]) || (spec.ZeroIsUnset && ProxyConfigReader.IsZero(value, spec)))
                continue;
            if (spec.Shape != FieldShape.Single && value is JsonObject { Count: 0 } or JsonArray { Count: 0 })
                continue;
            result[spec.Name] = value.DeepClone();
        }

        return JsonText.Write(result);
    }

    public static int StatusPort(JsonObject config) => (int)(config.Whole("statusPort") ?? 0);

    public static string InterceptionMode(JsonObject config) => config.Text("interceptionMode") ?? "REDIRECT";

    public static bool HoldsApplication(JsonObject config) => config.IsTrue("holdApplicationUntilProxyStarts");

    private static JsonObject Merged(JsonObject? below, JsonObject above)
    {
        var result = new JsonObject();
        foreach (var name in (below ?? []).Select(entry => entry.Key).Union(above.Select(entry => entry.Key)).Order(StringComparer.Ordinal))
            result[name] = (above[name] ?? below![name])!.DeepClone();
        return result;
    }

    private static JsonObject WithKeptHeaders(JsonObject? below, JsonObject above)
    {
        var result = (JsonObject)above.DeepClone();
        foreach (var name in KeptHeaders)
        {
            if (result[name] is null && below?[name] is { } kept)
                result[name] = kept.DeepClone();
        }

        return result;
    }
}
