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
    public string Reason
    {
        get
        {
            if (_stopping)
                return "stopping";
            if (!hub.IsReady)
                return "the first complete snapshot has not been read yet";
            return authority.Value is null ? "there is no authority to sign certificates yet" : "";
        }
    }

    /// <summary>Not ready from now on.</summary>
    public void Stop() => _stopping = true;
}
