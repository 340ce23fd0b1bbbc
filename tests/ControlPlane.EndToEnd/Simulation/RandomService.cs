namespace ControlPlane.EndToEnd.Simulation;

/// <summary>A Service of a random mesh.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Namespace">Its namespace.</param>
/// <param name="Address">Its address, null for a headless one.</param>
/// <param name="Ports">Its ports.</param>
internal sealed record RandomService(string Name, string Namespace, string? Address, IReadOnlyList<(string Name, int Port, int Target)> Ports)
{
    public string Host => $"{Name}.{Namespace}.svc.cluster.local";
}
