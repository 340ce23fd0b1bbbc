using ControlPlane.Grpc.Server;
using Grpc.Core;

namespace ControlPlane.Grpc;

/// <summary>Ways to read requests that Grpc.Core has not.</summary>
public static class RequestStreamExtensions
{
    /// <summary>
    /// Gives all remaining requests to a function, one after the other. For each of them the server wakes one method, where a loop over
    /// <c>MoveNext</c> takes three: worth it where thousands of streams send small messages. Under another gRPC library it is that loop.
    /// </summary>
    /// <typeparam name="T">The request.</typeparam>
    /// <typeparam name="TState">What the function works on.</typeparam>
    /// <param name="requests">The stream. Nobody else reads it meanwhile.</param>
    /// <param name="state">Given to the function.</param>
    /// <param name="take">Takes a request; the next one is read when its task has completed.</param>
    /// <returns>Completes at the end of the stream; fails as <c>MoveNext</c> does, or as the function.</returns>
    public static Task ForEachAsync<T, TState>(this IAsyncStreamReader<T> requests, TState state, Func<TState, T, Task> take)
        where T : class
    {
        ArgumentNullException.ThrowIfNull(requests);
        ArgumentNullException.ThrowIfNull(take);
        return requests is IMessageLoop<T> loop ? loop.ForEachAsync(state, take) : MoveThroughAsync(requests, state, take);
    }

    private static async Task MoveThroughAsync<T, TState>(IAsyncStreamReader<T> requests, TState state, Func<TState, T, Task> take)
    {
        while (await requests.MoveNext(CancellationToken.None).ConfigureAwait(false))
        {
            await take(state, requests.Current).ConfigureAwait(false);
        }
    }
}
