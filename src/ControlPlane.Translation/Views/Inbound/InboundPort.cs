using ControlPlane.Model.Collections;
using ControlPlane.Translation.Views.Services;

namespace ControlPlane.Translation.Views.Inbound;

/// <summary>
/// A port of the workload that services lead to, UDP and reserved ports included: clusters have them all, listeners leave some out.
/// </summary>
/// <param name="Target">Port of the workload; 0 for a named target port whose number is not known (yet).</param>
/// <param name="Services">The service ports that lead there, oldest service (by creation, then host) first. Never empty.</param>
public sealed record InboundPort(int Target, EquatableArray<InboundService> Services)
{
    /// <summary>The oldest: it gives protocol and names.</summary>
    public InboundService Primary => Services[0];

    /// <summary>Protocol of the port.</summary>
    public Protocol Protocol => Primary.Protocol;
}
