namespace ControlPlane.Injection.Interception;

/// <summary>How inbound traffic gets to the proxy.</summary>
public enum InterceptionMode
{
    /// <summary>By address translation: the proxy sees the caller as the node or itself.</summary>
    Redirect,

    /// <summary>By marks and a route: the caller's address stays. The proxy needs NET_ADMIN.</summary>
    Tproxy,
}
