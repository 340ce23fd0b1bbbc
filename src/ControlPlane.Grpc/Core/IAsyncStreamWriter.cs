namespace Grpc.Core;

/// <summary>Sends messages to a peer, in order.</summary>
/// <typeparam name="T">The message.</typeparam>
public interface IAsyncStreamWriter<in T>
{
    /// <summary>Hints for the following writes, or null.</summary>
    WriteOptions? WriteOptions { get; set; }

    /// <summary>Sends a message; completes when the transport has taken it. At most one write may be under way.</summary>
    /// <param name="message">The message.</param>
    /// <returns>The write.</returns>
    /// <exception cref="InvalidOperationException">Another write is under way.</exception>
    Task WriteAsync(T message);

    /// <summary>Sends a message; completes when the transport has taken it. At most one write may be under way.</summary>
    /// <param name="message">The message.</param>
    /// <param name="cancellationToken">Ends the call when it fires during the write.</param>
    /// <returns>The write.</returns>
    /// <exception cref="InvalidOperationException">Another write is under way.</exception>
    Task WriteAsync(T message, CancellationToken cancellationToken)
    {
        if (cancellationToken.CanBeCanceled)
        {
            throw new NotSupportedException("This writer can't cancel a write.");
        }

        return WriteAsync(message);
    }
}
