using ControlPlane.Model.Delivery;

namespace ControlPlane.Health;

/// <summary>Whether proxies should be sent here: from the first complete snapshot on until the server is told to stop.</summary>
public sealed class Readiness(IConfigHub hub)
{
    private volatile bool _stopping;

    /// <summary>Whether to send proxies here.</summary>
    public bool IsReady => hub.IsReady && !_stopping;

    /// <summary>Why not; "" when ready.</summary>
    public string Reason => _stopping ? "stopping" : hub.IsReady ? "" : "the first complete snapshot has not been read yet";

    /// <summary>Not ready from now on.</summary>
    public void Stop() => _stopping = true;
}
