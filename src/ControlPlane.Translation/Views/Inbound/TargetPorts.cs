using System.Text.Json;
using ControlPlane.Model.Objects;
using ControlPlane.Translation.Views.Proxies;
using ControlPlane.Translation.Views.Services;

namespace ControlPlane.Translation.Views.Inbound;

/// <summary>
/// Finds the number of a service's target port in one workload: by the Pod's containers, or, while the Pod is not known, by the
/// ports that the proxy itself reports (metadata POD_PORTS).
/// </summary>
internal sealed class TargetPorts
{
    private readonly bool _podKnown;
    private readonly IReadOnlyList<ContainerPort> _ports;

    public TargetPorts(ProxyClass proxy)
    {
        _podKnown = proxy.PodKnown;
        _ports = proxy.PodKnown ? [.. proxy.PodPorts] : Reported(proxy);
    }

    /// <summary>The number; 0 for a name where neither the Pod nor any reported port is known. False where the name is not among the ports.</summary>
    public bool TryFind(MeshServicePort port, out int number)
    {
        number = port.TargetPort;
        if (port.TargetPortName.Length == 0 || (!_podKnown && _ports.Count == 0))
            return true;
        foreach (var candidate in _ports)
        {
            if (candidate.Name == port.TargetPortName && candidate.Protocol == port.Transport)
            {
                number = candidate.Port;
                return true;
            }
        }

        return false;
    }

    /// <summary>POD_PORTS: a list of {name, containerPort, protocol}, as JSON or as text that holds JSON. Anything else counts as absent.</summary>
    private static List<ContainerPort> Reported(ProxyClass proxy)
    {
        var ports = new List<ContainerPort>();
        if (proxy.MetadataText("POD_PORTS") is not { Length: > 0 } text)
            return ports;
        try
        {
            using var document = JsonDocument.Parse(text, new JsonDocumentOptions { MaxDepth = 8 });
            if (document.RootElement.ValueKind != JsonValueKind.Array)
                return ports;
            foreach (var entry in document.RootElement.EnumerateArray())
            {
                if (entry.ValueKind == JsonValueKind.Object && entry.TryGetProperty("containerPort", out var number) && number.TryGetInt32(out var port))
                    ports.Add(new ContainerPort(Text(entry, "name"), port, Text(entry, "protocol")));
            }
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            return [];
        }

        return ports;
    }

    private static string Text(JsonElement entry, string name) =>
        entry.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString()! : "";
}
