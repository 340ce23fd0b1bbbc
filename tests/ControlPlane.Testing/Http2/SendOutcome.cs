namespace ControlPlane.Testing.Http2;

/// <summary>What became of bytes that a server need not take.</summary>
public enum SendOutcome
{
    /// <summary>They were sent.</summary>
    Sent,

    /// <summary>The server does not read any more.</summary>
    Blocked,

    /// <summary>The server has closed the connection.</summary>
    Closed,
}
