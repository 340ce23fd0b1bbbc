namespace ControlPlane.Http2.Connections;

/// <summary>
/// Watches over the silence of one connection. Looked at about once a second by the server's heartbeat; what it says is done by the connection.
/// </summary>
/// <param name="options">The times.</param>
internal struct ConnectionClock(Http2Options options)
{
    private long _lastRead = Environment.TickCount64;
    private long _waitsSince = Environment.TickCount64;
    private long _idleSince = Environment.TickCount64;
    private long _pingedAt;

    /// <summary>What is to be done.</summary>
    public enum Verdict
    {
        /// <summary>Nothing.</summary>
        Fine,

        /// <summary>The peer is asked for a sign of life.</summary>
        Ping,

        /// <summary>It has given none.</summary>
        Dead,

        /// <summary>It does not end what it has begun.</summary>
        Slow,

        /// <summary>It wants nothing.</summary>
        Idle,
    }

    /// <summary>Something has come.</summary>
    public void OnRead() => Volatile.Write(ref _lastRead, Environment.TickCount64);

    /// <summary>The peer has answered the ping.</summary>
    public void OnPingAnswered() => Volatile.Write(ref _pingedAt, 0);

    /// <summary>The peer has begun what it is to end soon (its preface, a header block), or has ended it.</summary>
    public void Expect(bool more)
    {
        if (!more)
            Volatile.Write(ref _waitsSince, 0);
        else if (Volatile.Read(ref _waitsSince) == 0)
            Volatile.Write(ref _waitsSince, Environment.TickCount64);
    }

    /// <summary>The connection has streams, or has none any more.</summary>
    public void SetIdle(bool idle) => Volatile.Write(ref _idleSince, idle ? Environment.TickCount64 : 0);

    /// <summary>Looks at the time.</summary>
    public Verdict Look()
    {
        var now = Environment.TickCount64;
        if (IsOver(Volatile.Read(ref _waitsSince), options.HandshakeTimeout, now))
            return Verdict.Slow;
        if (IsOver(Volatile.Read(ref _pingedAt), options.KeepAlivePingTimeout, now))
            return Verdict.Dead;
        if (IsOver(Volatile.Read(ref _idleSince), options.IdleTimeout, now))
            return Verdict.Idle;
        if (options.KeepAlivePingDelay is not { } delay || Volatile.Read(ref _pingedAt) != 0 || !IsOver(Volatile.Read(ref _lastRead), delay, now))
            return Verdict.Fine;
        Volatile.Write(ref _pingedAt, now);
        return Verdict.Ping;
    }

    private static bool IsOver(long since, TimeSpan limit, long now) => since != 0 && now - since >= limit.TotalMilliseconds;
}
