namespace ControlPlane.Translation.Simulation;

/// <summary>An endpoint that may be chosen.</summary>
/// <param name="Address">Address and port as Envoy writes them: 10.0.0.1:80, [fd00::1]:80, a path, or a host and port that DNS will resolve.</param>
/// <param name="Priority">Its priority; 0 is the best.</param>
/// <param name="PriorityShare">Share of the cluster's traffic that goes to its priority, above 0 and at most 1.</param>
/// <param name="Locality">region/zone/subzone, "" for none.</param>
/// <param name="Tls">How the proxy talks to it.</param>
public sealed record SimulatedEndpoint(string Address, int Priority, double PriorityShare, string Locality, SimulatedUpstreamTls Tls)
{
    /// <summary>Whether DNS has still to say which addresses this is.</summary>
    public bool IsName { get; init; }
}
