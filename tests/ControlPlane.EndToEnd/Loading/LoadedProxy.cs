namespace ControlPlane.EndToEnd.Loading;

/// <summary>A proxy of a case, by the names of their folders, and the id of its node.</summary>
internal sealed record LoadedProxy(string Case, string Name, string NodeId)
{
    public bool IsGateway => NodeId.StartsWith("router~", StringComparison.Ordinal);

    public override string ToString() => $"{Case}/{Name}";
}
