namespace Grpc.Core;

/// <summary>How a call ended: a code, a text for people, and on the client the exception that led to it.</summary>
public readonly struct Status : IEquatable<Status>
{
    /// <summary>Success, without a text.</summary>
    public static readonly Status DefaultSuccess = new(StatusCode.OK, string.Empty);

    /// <summary>Cancellation, without a text.</summary>
    public static readonly Status DefaultCancelled = new(StatusCode.Cancelled, string.Empty);

    private readonly string? _detail;

    /// <summary>Creates a status.</summary>
    /// <param name="statusCode">The code.</param>
    /// <param name="detail">The text that travels as <c>grpc-message</c>.</param>
    public Status(StatusCode statusCode, string? detail)
        : this(statusCode, detail, null)
    {
    }

    /// <summary>Creates a status that remembers its local cause.</summary>
    /// <param name="statusCode">The code.</param>
    /// <param name="detail">The text that travels as <c>grpc-message</c>.</param>
    /// <param name="debugException">The local cause; never sent to the peer.</param>
    public Status(StatusCode statusCode, string? detail, Exception? debugException)
    {
        StatusCode = statusCode;
        _detail = detail;
        DebugException = debugException;
    }

    /// <summary>The code.</summary>
    public StatusCode StatusCode { get; }

    /// <summary>The text for people; never null.</summary>
    public string Detail => _detail ?? string.Empty;

    /// <summary>The local exception that caused this status, if any; never sent to the peer.</summary>
    public Exception? DebugException { get; }

    /// <summary>Compares code, text and cause.</summary>
    /// <param name="left">One status.</param>
    /// <param name="right">The other status.</param>
    /// <returns>True when they are equal.</returns>
    public static bool operator ==(Status left, Status right) => left.Equals(right);

    /// <summary>Compares code, text and cause.</summary>
    /// <param name="left">One status.</param>
    /// <param name="right">The other status.</param>
    /// <returns>True when they differ.</returns>
    public static bool operator !=(Status left, Status right) => !left.Equals(right);

    /// <inheritdoc />
    public bool Equals(Status other) =>
        StatusCode == other.StatusCode && Detail == other.Detail && ReferenceEquals(DebugException, other.DebugException);

    /// <inheritdoc />
    public override bool Equals(object? obj) => obj is Status other && Equals(other);

    /// <inheritdoc />
    public override int GetHashCode() => HashCode.Combine(StatusCode, Detail, DebugException);

    /// <summary>Code and text in one line, for logs.</summary>
    /// <returns>The line.</returns>
    public override string ToString() => DebugException is null
        ? $"Status(StatusCode=\"{StatusCode}\", Detail=\"{Detail}\")"
        : $"Status(StatusCode=\"{StatusCode}\", Detail=\"{Detail}\", DebugException=\"{DebugException.GetType()}: {DebugException.Message}\")";
}
