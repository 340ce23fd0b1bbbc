namespace Grpc.Core;

/// <summary>Sends requests to a server.</summary>
/// <typeparam name="T">The request message.</typeparam>
public interface IClientStreamWriter<in T> : IAsyncStreamWriter<T>
{
    /// <summary>Says that no further request follows (half-close).</summary>
    /// <returns>The operation.</returns>
    Task CompleteAsync();
}
