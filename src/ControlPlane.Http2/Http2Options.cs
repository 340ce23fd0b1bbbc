using System.ComponentModel.DataAnnotations;

namespace ControlPlane.Http2;

/// <summary>The limits and times of HTTP/2 connections.</summary>
public sealed record Http2Options
{
    private const int LargestWindow = int.MaxValue, SmallestWindow = 65_535;

    /// <summary>How many streams one connection may have open at a time (SETTINGS_MAX_CONCURRENT_STREAMS); one more is refused.</summary>
    public int MaxStreams { get; init; } = 100;

    /// <summary>Bytes of a request's fields, each counted as RFC 9113 6.5.2 says (name, value and 32); a request with more is refused.</summary>
    public int MaxHeaderListSize { get; init; } = 32 * 1024;

    /// <summary>Bytes of a request's body that may wait for the application, per stream.</summary>
    public int StreamWindow { get; init; } = 768 * 1024;

    /// <summary>Bytes of bodies that may wait for the application, per connection.</summary>
    public int ConnectionWindow { get; init; } = 1024 * 1024;

    /// <summary>How long a connection may be silent before it is pinged; null for no pings. Looked at once a second.</summary>
    public TimeSpan? KeepAlivePingDelay { get; init; }

    /// <summary>How long the answer to a ping may take before the connection is closed.</summary>
    public TimeSpan KeepAlivePingTimeout { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>After this time without a stream a connection is closed.</summary>
    public TimeSpan IdleTimeout { get; init; } = TimeSpan.FromSeconds(130);

    /// <summary>How long a client may take for its preface, or for the rest of a header block that it has begun.</summary>
    public TimeSpan HandshakeTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Checks the values.</summary>
    /// <exception cref="ValidationException">A value is out of its bounds; the message names it.</exception>
    public void Validate()
    {
        Require(MaxStreams > 0, nameof(MaxStreams), "must be positive");
        Require(MaxHeaderListSize > 0, nameof(MaxHeaderListSize), "must be positive");
        Require(StreamWindow is >= SmallestWindow and <= LargestWindow, nameof(StreamWindow), $"must be between {SmallestWindow} and {LargestWindow}");
        Require(ConnectionWindow is >= SmallestWindow and <= LargestWindow, nameof(ConnectionWindow), $"must be between {SmallestWindow} and {LargestWindow}");
        Require(KeepAlivePingDelay is null || KeepAlivePingDelay > TimeSpan.Zero, nameof(KeepAlivePingDelay), "must be positive");
        Require(KeepAlivePingTimeout > TimeSpan.Zero, nameof(KeepAlivePingTimeout), "must be positive");
        Require(IdleTimeout > TimeSpan.Zero, nameof(IdleTimeout), "must be positive");
        Require(HandshakeTimeout > TimeSpan.Zero, nameof(HandshakeTimeout), "must be positive");
    }

    private static void Require(bool condition, string name, string rule)
    {
        if (!condition)
            throw new ValidationException($"{nameof(Http2Options)}.{name} {rule}.");
    }
}
