using ControlPlane.Model.Collections;

namespace ControlPlane.Translation.Features.PeerAuthentication;

/// <summary>The policy in force for a workload, all levels resolved: never Unset.</summary>
/// <param name="Mode">Mode of ports that have no entry.</param>
/// <param name="Ports">Ports with a mode of their own, ascending.</param>
public sealed record EffectiveMutualTls(MutualTlsMode Mode, EquatableArray<PortMode> Ports)
{
    /// <summary>What holds without any policy.</summary>
    public static EffectiveMutualTls Default { get; } = new(MutualTlsMode.Permissive, []);

    /// <summary>The mode of one port of the workload.</summary>
    public MutualTlsMode OfPort(int port)
    {
        foreach (var entry in Ports)
        {
            if (entry.Port == port)
                return entry.Mode;
        }

        return Mode;
    }
}
