using System.IO.Pipelines;

namespace ControlPlane.Http2.Connections;

/// <summary>
/// Where the application goes on with what has come. The only stream of a connection does so on the thread that has read it: a hop costs more
/// than most messages. Where there are others they must not wait for it.
/// </summary>
internal sealed class BodyScheduler(Func<bool> isAlone) : PipeScheduler
{
    /// <inheritdoc/>
    public override void Schedule(Action<object?> action, object? state)
    {
        if (isAlone())
            action(state);
        else
            System.Threading.ThreadPool.UnsafeQueueUserWorkItem(action, state, preferLocal: false);
    }
}
