using System.Text.Json.Nodes;
using ControlPlane.Injection.Json;

namespace ControlPlane.Injection.Configuration;

/// <summary>What injection reads of the mesh configuration.</summary>
public sealed class MeshSettings
{
    private MeshSettings(JsonObject mesh)
    {
        All = mesh;
        TrustDomain = mesh.Text("trustDomain") ?? "cluster.local";
        RootNamespace = mesh.Text("rootNamespace") is { Length: > 0 } root ? root : "istio-system";
        OutboundPort = mesh.Whole("proxyListenPort") ?? 15001;
        InboundPort = mesh.Whole("proxyInboundListenPort") ?? 15006;
        MergesMetrics = mesh.Switch("enablePrometheusMerge") ?? true;
        InboundToLocalhost = mesh.Object("inboundTrafficPolicy").Text("mode") == "LOCALHOST";
        OpenTelemetryAttributes = mesh.List("extensionProviders").Objects()
            .Any(provider => provider.Object("opentelemetry").Text("serviceAttributeEnrichment") == "OTEL_SEMANTIC_CONVENTIONS");
        ProxyDefaults = ProxyConfigs.Lay(ProxyConfigs.Defaults(), ReadDefaults(mesh), zerosOverride: true);
    }

    /// <summary>An empty configuration: the defaults.</summary>
    public static MeshSettings Default { get; } = Read(null);

    /// <summary>The namespace of the control plane.</summary>
    public string RootNamespace { get; }

    /// <summary>The configuration as it came, for templates of the user's.</summary>
    internal JsonObject All { get; }

    internal string TrustDomain { get; }

    internal long OutboundPort { get; }

    internal long InboundPort { get; }

    internal bool MergesMetrics { get; }

    internal bool InboundToLocalhost { get; }

    internal bool OpenTelemetryAttributes { get; }

    /// <summary>defaultConfig over the built-in defaults.</summary>
    internal JsonObject ProxyDefaults { get; private set; }

    /// <summary>The same with other defaults of proxies.</summary>
    internal MeshSettings With(JsonObject proxyDefaults)
    {
        var copy = (MeshSettings)MemberwiseClone();
        copy.ProxyDefaults = proxyDefaults;
        return copy;
    }

    /// <summary>Reads a mesh configuration.</summary>
    /// <param name="mesh">Its fields; null for none.</param>
    /// <exception cref="InvalidConfigurationException">defaultConfig is not a ProxyConfig.</exception>
    public static MeshSettings Read(JsonObject? mesh) => new(mesh ?? []);

    private static JsonObject ReadDefaults(JsonObject mesh)
    {
        try
        {
            return ProxyConfigReader.Read(mesh["defaultConfig"]);
        }
        catch (FormatException fault)
        {
            throw new InvalidConfigurationException($"mesh configuration, defaultConfig: {fault.Message}", fault);
        }
    }
}
