using ControlPlane.Model.Collections;

namespace ControlPlane.Translation.Features.Gateway;

/// <summary>Target ports of a gateway's own Services.</summary>
/// <param name="Targets">Service port and target port, by service port, each once.</param>
internal sealed record PortMap(EquatableArray<(int Port, int Target)> Targets)
{
    /// <summary>The port to listen on for the port of a server.</summary>
    public int Resolve(int port)
    {
        foreach (var (known, target) in Targets)
        {
            if (known == port)
                return target;
        }

        return port;
    }
}
