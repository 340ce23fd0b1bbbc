namespace ControlPlane.Xds.Tests.Support;

/// <summary>A resource as a client sees it; Version is "" in state of the world.</summary>
public sealed record ReceivedResource(string Name, string Version, TestResource Content)
{
    public bool IsEmpty => Content.Content.Length == 0;
}
