using System.Globalization;
using System.Text.Json.Nodes;
using ControlPlane.Injection.Configuration;
using ControlPlane.Injection.Json;
using ControlPlane.Injection.Names;

namespace ControlPlane.Injection.Injecting;

/// <summary>
/// Has Prometheus scrape the agent, which adds the application's own metrics to the proxy's: what the pod says of scraping moves to the proxy's
/// environment, and the pod's annotations point to the agent.
/// </summary>
internal static class MetricsMerge
{
    private const string Scrape = "prometheus_io_scrape";
    private const string Port = "prometheus_io_port";
    private const string Path = "prometheus_io_path";
    private const string Targets = "prometheus_istio_io_scrape_targets";
    private const string SecurePort = "prometheus_istio_io_secure_port";
    private const string AgentPath = "/stats/prometheus";

    // Ports of the proxy and its agent: scraping one would count twice or call itself.
    private static readonly Dictionary<int, string> Reserved = new()
    {
        [15000] = "Envoy's administration", [15001] = "intercepted outbound traffic", [15004] = "the control plane's debugging",
        [15006] = "intercepted inbound traffic", [15008] = "tunnels", [15020] = "the agent and the merged metrics", [15021] = "the proxy's health",
        [15053] = "DNS", [15090] = "the proxy's own metrics",
    };

    /// <summary>Merges, unless mesh or pod say otherwise.</summary>
    /// <exception cref="FormatException">What the pod says of scraping can't be done.</exception>
    public static void Apply(JsonObject pod, MeshSettings mesh)
    {
        var annotations = pod.Annotations();
        var agentPort = ProxyConfigs.StatusPort(mesh.ProxyDefaults).ToString(CultureInfo.InvariantCulture);
        if (!IsScraped(annotations) || !(AnnotationRules.GoBool(annotations.GetValueOrDefault(AnnotationNames.MergeMetrics)) ?? mesh.MergesMetrics)
            || Given(annotations, Port) == agentPort)
            return;
        var configuration = Configuration(annotations, agentPort);
        if (pod.Proxy() is { } proxy && configuration is not null)
            PodParts.SetEnvironment(proxy, EnvironmentNames.PrometheusScrape, JsonText.Write(configuration));
        Clear(pod);
        var result = pod.AnnotationsOrNew();
        result["prometheus.io/port"] = agentPort;
        result["prometheus.io/path"] = AgentPath;
        result["prometheus.io/scrape"] = "true";
    }

    /// <summary>Tells Prometheus the port that serves merged metrics with TLS, where the proxy has one.</summary>
    public static void ApplySecurePort(JsonObject pod)
    {
        if (Given(pod.Annotations(), SecurePort) is null && pod.Proxy() is { } proxy
            && PodParts.Environment(proxy, EnvironmentNames.SecureMetricsPort)?.Text("value") is { Length: > 0 } port && port != "0")
            pod.AnnotationsOrNew()["prometheus.istio.io/secure-port"] = port;
    }

    /// <summary>Takes the annotations away where they point to the agent: an earlier injection put them there.</summary>
    public static void ClearIfOurs(JsonObject pod, int statusPort)
    {
        if (Given(pod.Annotations(), Port) == statusPort.ToString(CultureInfo.InvariantCulture))
            Clear(pod);
    }

    private static void Clear(JsonObject pod)
    {
        if (pod.Object("metadata").Object("annotations") is not { } annotations)
            return;
        foreach (var name in annotations.Select(entry => entry.Key).Where(name => Spelling(name) is Scrape or Port or Path or Targets).ToList())
            annotations.Remove(name);
    }

    private static bool IsScraped(IReadOnlyDictionary<string, string> annotations) => annotations
        .Where(entry => Spelling(entry.Key) == Scrape).Select(entry => AnnotationRules.GoBool(entry.Value)).FirstOrDefault(value => value is not null) ?? true;

    private static string? Given(IReadOnlyDictionary<string, string> annotations, string spelling)
    {
        foreach (var (name, value) in annotations)
        {
            if (Spelling(name) == spelling)
                return value;
        }

        return null;
    }

    /// <summary>Prometheus takes names of labels with every other character as an underscore.</summary>
    private static string Spelling(string name) => name.Length > 64 ? "" : string.Create(name.Length, name, static (target, source) =>
    {
        for (var i = 0; i < source.Length; i++)
            target[i] = char.IsAsciiLetterOrDigit(source[i]) ? source[i] : '_';
    });

    private static JsonObject? Configuration(IReadOnlyDictionary<string, string> annotations, string agentPort)
    {
        var (scrape, path, port) = (Given(annotations, Scrape) ?? "", Given(annotations, Path) ?? "", Given(annotations, Port) ?? "");
        var targets = ReadTargets(Given(annotations, Targets) ?? "");
        if (targets is [var first, ..])
        {
            (port, path) = first;
            foreach (var (target, _) in targets)
                Check(target, agentPort, "scrape targets");
        }
        else if (port.Length > 0)
        {
            Check(port, agentPort, "scraping");
        }

        if (scrape.Length == 0 && path.Length == 0 && port.Length == 0)
            return null;
        var result = new JsonObject { ["scrape"] = scrape, ["path"] = path, ["port"] = port };
        if (targets.Count > 0)
            result["targets"] = JsonTree.ListOf(targets.Select(target => new JsonObject { ["port"] = target.Port, ["path"] = target.Path }));
        return result;
    }

    /// <summary>Reads port[:path],…; an element without a port makes the whole text void, as in Istio.</summary>
    private static List<(string Port, string Path)> ReadTargets(string text)
    {
        var targets = new List<(string, string)>();
        foreach (var entry in text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            var parts = entry.Split(':', 2, StringSplitOptions.TrimEntries);
            if (parts[0].Length == 0)
                return [];
            targets.Add((parts[0], parts is [_, { Length: > 0 } path] ? path : "/metrics"));
        }

        return targets;
    }

    private static void Check(string port, string agentPort, string what)
    {
        if (!int.TryParse(port, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) || number is < 1 or > 65535)
            throw new FormatException($"the pod's annotations for {what} by prometheus name the port '{port}': it must be a number from 1 to 65535");
        if (number.ToString(CultureInfo.InvariantCulture) == agentPort)
            throw new FormatException($"the pod's annotations for {what} by prometheus name the port {port}, which is the agent's own");
        if (Reserved.TryGetValue(number, out var use))
            throw new FormatException($"the pod's annotations for {what} by prometheus name the port {port}, which is reserved for {use}");
    }
}
