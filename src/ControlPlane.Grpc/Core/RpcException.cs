namespace Grpc.Core;

/// <summary>Carries a <see cref="Status"/>: thrown by a client for a failed call, thrown by a handler to end its call with that status.</summary>
public class RpcException : Exception
{
    /// <summary>Creates an exception whose message is the status.</summary>
    /// <param name="status">How the call ended.</param>
    public RpcException(Status status)
        : this(status, Metadata.Empty, status.ToString())
    {
    }

    /// <summary>Creates an exception with its own message.</summary>
    /// <param name="status">How the call ended.</param>
    /// <param name="message">The exception's message.</param>
    public RpcException(Status status, string message)
        : this(status, Metadata.Empty, message)
    {
    }

    /// <summary>Creates an exception that carries trailers.</summary>
    /// <param name="status">How the call ended.</param>
    /// <param name="trailers">The trailers received, or to be sent.</param>
    public RpcException(Status status, Metadata trailers)
        : this(status, trailers, status.ToString())
    {
    }

    /// <summary>Creates an exception that carries trailers and its own message.</summary>
    /// <param name="status">How the call ended.</param>
    /// <param name="trailers">The trailers received, or to be sent.</param>
    /// <param name="message">The exception's message.</param>
    public RpcException(Status status, Metadata trailers, string message)
        : base(message, status.DebugException)
    {
        ArgumentNullException.ThrowIfNull(trailers);
        Status = status;
        Trailers = trailers;
    }

    /// <summary>How the call ended.</summary>
    public Status Status { get; }

    /// <summary>The code of <see cref="Status"/>.</summary>
    public StatusCode StatusCode => Status.StatusCode;

    /// <summary>The trailers received, or to be sent; empty when there are none.</summary>
    public Metadata Trailers { get; }
}
