using System.Text.Json.Nodes;
using ControlPlane.Injection.Injecting;
using ControlPlane.Injection.Json;
using ControlPlane.Injection.Sidecar;

namespace ControlPlane.Injection.Agentless;

/// <summary>
/// The application's probes where no agent takes them: HTTP probes go through a listener of Envoy's, which asks the application in the kubelet's
/// place; TCP and gRPC probes go to the application's ports, which are left out of interception.
/// </summary>
/// <param name="Http">Path on Envoy's listener → the original httpGet with a numeric port.</param>
/// <param name="DirectPorts">Ports of the other probes.</param>
internal sealed record AgentlessProbes(IReadOnlyList<KeyValuePair<string, JsonObject>> Http, IReadOnlyList<long> DirectPorts)
{
    /// <summary>What the pod's containers have, with what an earlier injection kept of them.</summary>
    public static AgentlessProbes Of(TemplateInput input)
    {
        var probers = AppProbes.Describe(input.Pod.AllContainers(), Configuration.ProxyConfigs.StatusPort(input.Mesh.ProxyDefaults));
        foreach (var (path, original) in input.EarlierProbes)
            probers[path] = original?.DeepClone();
        var http = new List<KeyValuePair<string, JsonObject>>();
        var ports = new SortedSet<long>();
        foreach (var (path, original) in probers.OrderBy(entry => entry.Key, StringComparer.Ordinal))
        {
            if ((original as JsonObject).Object("httpGet") is { } action)
                http.Add(new(path, action));
            else if (((original as JsonObject).Object("tcpSocket") ?? (original as JsonObject).Object("grpc")).Whole("port") is { } port)
                ports.Add(port);
        }

        return new(http, [.. ports]);
    }
}
