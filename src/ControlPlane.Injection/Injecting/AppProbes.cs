using System.Globalization;
using System.Text.Json.Nodes;
using ControlPlane.Injection.Configuration;
using ControlPlane.Injection.Json;
using ControlPlane.Injection.Names;

namespace ControlPlane.Injection.Injecting;

/// <summary>
/// Leads the probes and hooks of applications through the agent: the kubelet has no certificate of the mesh, so a probe that went to the application's
/// port would be refused where mutual TLS is strict.
/// </summary>
internal static class AppProbes
{
    private static readonly (string Field, string Path)[] Probes =
        [("readinessProbe", "readyz"), ("livenessProbe", "livez"), ("startupProbe", "startupz")];

    private static readonly (string Field, string Path)[] Hooks = [("preStop", "prestopz"), ("postStart", "poststartz")];

    /// <summary>Rewrites the pod's probes if there is a proxy and they are to be rewritten.</summary>
    /// <param name="pod">The pod; is changed.</param>
    /// <param name="byDefault">Whether to rewrite unless the pod says otherwise.</param>
    /// <param name="meshStatusPort">The agent's port by the mesh's defaults: a probe that points to it has been rewritten before.</param>
    /// <param name="onlyHttp">Whether TCP and gRPC probes stay as they are.</param>
    public static void Rewrite(JsonObject pod, bool byDefault, int meshStatusPort, bool onlyHttp)
    {
        if (pod.Proxy() is not { } proxy || !(AnnotationRules.GoBool(pod.Annotation(AnnotationNames.RewriteProbes)) ?? byDefault))
            return;
        var probers = Describe(pod.AllContainers(), meshStatusPort);
        if (probers.Count > 0)
            SetProbers(proxy, probers, isInjected: pod.Annotation(AnnotationNames.Status) is not null);
        var port = pod.Annotation(AnnotationNames.StatusPort) is { } text ? int.Parse(text, NumberStyles.AllowLeadingWhite | NumberStyles.AllowTrailingWhite, CultureInfo.InvariantCulture) : meshStatusPort;
        foreach (var container in pod.AllContainers().Where(container => container.Text("name") != ContainerNames.Proxy))
            Redirect(container, port, onlyHttp);
    }

    /// <summary>What an earlier injection put down of the pod's probes, by path; nothing where it put down nothing.</summary>
    public static JsonObject Earlier(JsonObject pod) =>
        pod.Proxy() is { } proxy && PodParts.Environment(proxy, EnvironmentNames.AppProbes)?.Text("value") is { } text ? Parse(text) ?? [] : [];

    /// <summary>What the agent is to do for each path: the original probes with numeric ports. Sorted by path.</summary>
    public static JsonObject Describe(IEnumerable<JsonObject> containers, int meshStatusPort)
    {
        var found = new SortedDictionary<string, JsonObject>(StringComparer.Ordinal);
        foreach (var container in containers)
        {
            var name = container.Text("name") ?? "";
            if (name == ContainerNames.Proxy)
                continue;
            var ports = NamedPorts(container);
            foreach (var (field, path) in Probes)
            {
                Add(container.Object(field), $"/app-health/{name}/{path}", withGrpc: true);
            }

            foreach (var (field, path) in Hooks)
            {
                Add(container.Object("lifecycle").Object(field), $"/app-lifecycle/{name}/{path}", withGrpc: false);
            }

            void Add(JsonObject? probe, string at, bool withGrpc)
            {
                // A probe with the agent's path was rewritten before, whatever the port is now.
                if (probe is not null && probe.Object("httpGet").Text("path") != at && Original(probe, ports, meshStatusPort, withGrpc) is { } original)
                    found[at] = original;
            }
        }

        var result = new JsonObject();
        foreach (var (path, original) in found)
            result[path] = original;
        return result;
    }

    private static Dictionary<string, long> NamedPorts(JsonObject container)
    {
        var ports = new Dictionary<string, long>(StringComparer.Ordinal);
        foreach (var port in container.List("ports").Objects())
        {
            if (port.Text("name") is { Length: > 0 } name)
                ports[name] = port.Whole("containerPort") ?? 0;
        }

        return ports;
    }

    /// <summary>The probe with a numeric port; null for one that the agent can't do or that points to the agent already.</summary>
    private static JsonObject? Original(JsonObject probe, Dictionary<string, long> ports, int meshStatusPort, bool withGrpc)
    {
        var kind = KindOf(probe, withGrpc);
        if (kind is null)
            return null;
        var action = (JsonObject)JsonTree.WithoutNulls(probe[kind])!;
        if (kind != "grpc")
        {
            if (action.Text("port") is { } name)
            {
                if (!ports.TryGetValue(name, out var number))
                    return null;
                action["port"] = number;
            }
            else if (action.Whole("port") == meshStatusPort)
            {
                return null;
            }
        }

        var result = new JsonObject { [kind] = action };
        if (withGrpc && probe.Whole("timeoutSeconds") is > 0 and var timeout)
            result["timeoutSeconds"] = timeout;
        return result;
    }

    private static string? KindOf(JsonObject probe, bool withGrpc)
    {
        if (probe.Object("httpGet") is not null)
            return "httpGet";
        if (probe.Object("tcpSocket") is not null)
            return "tcpSocket";
        return withGrpc && probe.Object("grpc") is not null ? "grpc" : null;
    }

    private static void SetProbers(JsonObject proxy, JsonObject probers, bool isInjected)
    {
        if (isInjected && PodParts.Environment(proxy, EnvironmentNames.AppProbes)?.Text("value") is { } old)
        {
            if (Parse(old) is not { } known)
                return;
            foreach (var (path, original) in known)
                probers[path] = original?.DeepClone();
        }

        var sorted = new JsonObject();
        foreach (var (path, original) in probers.OrderBy(entry => entry.Key, StringComparer.Ordinal).ToList())
            sorted[path] = original?.DeepClone();
        PodParts.SetEnvironment(proxy, EnvironmentNames.AppProbes, JsonText.Write(sorted));
    }

    private static JsonObject? Parse(string text)
    {
        try
        {
            return JsonText.Parse(text) as JsonObject;
        }
        catch (FormatException)
        {
            return null; // not ours: left as it is
        }
    }

    private static void Redirect(JsonObject container, int port, bool onlyHttp)
    {
        var name = container.Text("name") ?? "";
        foreach (var (field, path) in Probes)
            Redirect(container.Object(field), $"/app-health/{name}/{path}", port, withGrpc: true, onlyHttp);
        foreach (var (field, path) in Hooks)
            Redirect(container.Object("lifecycle").Object(field), $"/app-lifecycle/{name}/{path}", port, withGrpc: false, onlyHttp);
    }

    private static void Redirect(JsonObject? probe, string path, int port, bool withGrpc, bool onlyHttp)
    {
        if (probe is null || KindOf(probe, withGrpc) is not { } kind || (onlyHttp && kind != "httpGet"))
            return;
        if (kind == "httpGet")
        {
            var action = probe.Object(kind)!;
            action["path"] = path;
            action["port"] = port;
            if (action.Text("scheme") == "HTTPS")
                action["scheme"] = "HTTP"; // the agent speaks TLS to the application
            return;
        }

        probe.Remove(kind);
        probe["httpGet"] = new JsonObject { ["path"] = path, ["port"] = port };
    }
}
