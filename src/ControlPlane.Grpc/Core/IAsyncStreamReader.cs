namespace Grpc.Core;

/// <summary>The messages a peer sends, in order.</summary>
/// <typeparam name="T">The message.</typeparam>
public interface IAsyncStreamReader<out T>
{
    /// <summary>The message that the last <see cref="MoveNext"/> read.</summary>
    T Current { get; }

    /// <summary>Reads the next message. At most one read may be under way.</summary>
    /// <param name="cancellationToken">Ends the call when it fires.</param>
    /// <returns>True when there is a message, false when the peer has sent its last one.</returns>
    Task<bool> MoveNext(CancellationToken cancellationToken);
}
