using System.Globalization;
using System.Text.Json.Nodes;
using ControlPlane.Injection.Json;
using ControlPlane.Injection.Names;

namespace ControlPlane.Injection.Sidecar;

/// <summary>Parts of the proxy's container that the templates share.</summary>
internal static class ProxyContainer
{
    private const int HealthPort = 15021;
    private const int ProbeTimeout = 3;

    /// <summary>The agent's arguments.</summary>
    /// <param name="input">What the template sees.</param>
    /// <param name="role">sidecar or router.</param>
    public static List<string> Arguments(TemplateInput input, string role)
    {
        var proxy = input.Values.Proxy;
        List<string> arguments =
        [
            "proxy", role, "--domain", $"$(POD_NAMESPACE).svc.{proxy.ClusterDomain}",
            "--proxyLogLevel=" + input.Annotation(AnnotationNames.LogLevel, proxy.LogLevel),
            "--proxyComponentLogLevel=" + input.Annotation(AnnotationNames.ComponentLogLevel, proxy.ComponentLogLevel),
            AgentLog(input),
        ];
        if (input.Values.Mesh.SecurityTokenServicePort is > 0 and var port)
            arguments.Add(string.Create(CultureInfo.InvariantCulture, $"--stsPort={port}"));
        if (proxy.LogAsJson)
            arguments.Add("--log_as_json");
        return arguments;
    }

    public static string AgentLog(TemplateInput input) =>
        "--log_output_level=" + input.Annotation(AnnotationNames.AgentLogLevel, input.Values.Proxy.AgentLogLevel);

    public static JsonArray Ports(int port, string name) =>
        JsonTree.ListOf([new JsonObject { ["containerPort"] = port, ["protocol"] = "TCP", ["name"] = name }]);

    /// <summary>A lifecycle hook that runs a command.</summary>
    public static JsonObject Hook(string name, params string[] command) =>
        new() { [name] = new JsonObject { ["exec"] = new JsonObject { ["command"] = JsonTree.Texts(command) } } };

    /// <summary>The probe that lets the pod start once the proxy has its configuration.</summary>
    public static JsonObject Startup(TemplateInput input) => Probe(HealthPort, 0, 1, input.Values.Proxy.StartupFailureThreshold);

    /// <summary>The readiness probe with what annotations say.</summary>
    public static JsonObject Readiness(TemplateInput input, int port = HealthPort)
    {
        var proxy = input.Values.Proxy;
        return Probe(
            port,
            Count(input, AnnotationNames.ReadinessInitialDelay, proxy.ReadinessInitialDelay),
            Count(input, AnnotationNames.ReadinessPeriod, proxy.ReadinessPeriod),
            Count(input, AnnotationNames.ReadinessFailureThreshold, proxy.ReadinessFailureThreshold));
    }

    /// <summary>The readiness probe by chart values alone.</summary>
    public static JsonObject ChartReadiness(TemplateInput input)
    {
        var proxy = input.Values.Proxy;
        return Probe(HealthPort, proxy.ReadinessInitialDelay, proxy.ReadinessPeriod, proxy.ReadinessFailureThreshold);
    }

    /// <summary>Requests and limits: one annotation throws away all defaults. Null for none.</summary>
    public static JsonObject? Resources(TemplateInput input)
    {
        var requests = Quantities(input, AnnotationNames.ProxyCpu, AnnotationNames.ProxyMemory);
        var limits = Quantities(input, AnnotationNames.ProxyCpuLimit, AnnotationNames.ProxyMemoryLimit);
        if (requests is null && limits is null)
            return (JsonObject?)input.Values.Proxy.Resources?.DeepClone();
        var resources = new JsonObject();
        if (requests is not null)
            resources["requests"] = requests;
        if (limits is not null)
            resources["limits"] = limits;
        return resources;
    }

    /// <summary>Sets a member unless the value is null.</summary>
    public static void SetIfAny(this JsonObject container, string name, JsonNode? value)
    {
        if (value is not null)
            container[name] = value;
    }

    /// <summary>Sets the pull policy where the chart names one.</summary>
    public static void SetPullPolicy(this JsonObject container, TemplateInput input)
    {
        if (input.Values.Images.PullPolicy is { Length: > 0 } policy)
            container["imagePullPolicy"] = policy;
    }

    private static JsonObject Probe(int port, long delay, long period, long failures)
    {
        var probe = new JsonObject { ["httpGet"] = new JsonObject { ["path"] = "/healthz/ready", ["port"] = port } };
        if (delay > 0)
            probe["initialDelaySeconds"] = delay;
        if (period > 0)
            probe["periodSeconds"] = period;
        probe["timeoutSeconds"] = ProbeTimeout;
        if (failures > 0)
            probe["failureThreshold"] = failures;
        return probe;
    }

    // The annotations were checked before.
    private static long Count(TemplateInput input, string annotation, long fallback) =>
        input.Annotations.TryGetValue(annotation, out var text) ? long.Parse(text, NumberStyles.None, CultureInfo.InvariantCulture) : fallback;

    private static JsonObject? Quantities(TemplateInput input, string cpu, string memory)
    {
        if (!input.Has(cpu) && !input.Has(memory))
            return null;
        var quantities = new JsonObject();
        if (input.Annotations.TryGetValue(cpu, out var processor))
            quantities["cpu"] = processor;
        if (input.Annotations.TryGetValue(memory, out var bytes))
            quantities["memory"] = bytes;
        return quantities;
    }
}
