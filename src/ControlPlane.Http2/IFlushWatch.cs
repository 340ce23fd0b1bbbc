namespace ControlPlane.Http2;

/// <summary>
/// Hears of the flushes of a connection that wait for its peer, so that somebody can end one that reads nothing. A feature of the connection that
/// is set before its HTTP/2 begins. One flush at a time.
/// </summary>
public interface IFlushWatch
{
    /// <summary>A flush begins to wait.</summary>
    void Enter();

    /// <summary>The flush is over.</summary>
    void Leave();
}
