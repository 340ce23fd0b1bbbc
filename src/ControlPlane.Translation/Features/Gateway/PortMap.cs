using ControlPlane.Model.Collections;

namespace ControlPlane.Translation.Features.Gateway;

/// <summary>Target ports of a gateway's own Services.</summary>
/// <param name="Targets">Service port and target port, by service port, each once: where several Services have a port, that of the oldest.</param>
/// <param name="All">All of them with their Services, sorted.</param>
internal sealed record PortMap(EquatableArray<(int Port, int Target)> Targets, EquatableArray<(string Namespace, string Host, int Port, int Target)> All)
{
    /// <summary>Whether the proxy is behind one of the services that a Gateway names.</summary>
    public bool Serves(GatewayService service) => All.Any(t => t.Namespace == service.Namespace && service.Hosts.Contains(t.Host));

    /// <summary>The ports to listen on for the port of a server. A Gateway that names services means their ports, and nothing else.</summary>
    public IEnumerable<int> Resolve(GatewaySpec gateway, int port) => gateway.Service is not { } service
        ? [Resolve(port)]
        : All.Where(t => t.Port == port && t.Target > 0 && t.Namespace == service.Namespace && service.Hosts.Contains(t.Host)).Select(static t => t.Target).Distinct().Order();

    /// <summary>The port to listen on for the port of a server.</summary>
    private int Resolve(int port)
    {
        foreach (var (known, target) in Targets)
        {
            if (known == port)
                return target;
        }

        return port;
    }
}
