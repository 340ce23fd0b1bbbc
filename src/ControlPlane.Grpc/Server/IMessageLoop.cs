namespace ControlPlane.Grpc.Server;

/// <summary>A stream of requests that runs through all of them by itself; see <see cref="RequestStreamExtensions"/>.</summary>
internal interface IMessageLoop<out T>
{
    Task ForEachAsync<TState>(TState state, Func<TState, T, Task> take);
}
