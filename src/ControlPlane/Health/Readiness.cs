using ControlPlane.Model.Delivery;
using ControlPlane.Security.Authority;

namespace ControlPlane.Health;

/// <summary>Whether proxies should be sent here: from the first complete snapshot and the first authority on until the server is told to stop.</summary>
public sealed class Readiness(IConfigHub hub, CurrentAuthority authority)
{
    private volatile bool _stopping;

    /// <summary>Whether to send proxies here.</summary>
    public bool IsReady => Reason.Length == 0;

    /// <summary>Why not; "" when ready.</summary>
    public string Reason => StoppingFault is { Length: > 0 } stopping ? stopping : SnapshotFault is { Length: > 0 } snapshot ? snapshot : AuthorityFault;

    /// <summary>Whether the server was told to stop: why it is not ready then, else "".</summary>
    public string StoppingFault => _stopping ? "stopping" : "";

    /// <summary>What is wrong with the snapshot; "" once the first complete one was read.</summary>
    public string SnapshotFault => hub.IsReady ? "" : "the first complete snapshot has not been read yet";

    /// <summary>What is wrong with the authority; "" once there is one.</summary>
    public string AuthorityFault => authority.Value is null ? "there is no authority to sign certificates yet" : "";

    /// <summary>Not ready from now on.</summary>
    public void Stop() => _stopping = true;
}
