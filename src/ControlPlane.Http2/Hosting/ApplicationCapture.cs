using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Http.Features;

namespace ControlPlane.Http2.Hosting;

/// <summary>Stands before the host's server, to see which application it is given.</summary>
internal sealed class ApplicationCapture(IServer inner, Http2Application captured) : IServer, IAsyncDisposable
{
    /// <inheritdoc/>
    public IFeatureCollection Features => inner.Features;

    /// <inheritdoc/>
    public Task StartAsync<TContext>(IHttpApplication<TContext> application, CancellationToken cancellationToken)
        where TContext : notnull
    {
        captured.Set(application);
        return inner.StartAsync(application, cancellationToken);
    }

    /// <inheritdoc/>
    public Task StopAsync(CancellationToken cancellationToken) => inner.StopAsync(cancellationToken);

    /// <inheritdoc/>
    public void Dispose() => inner.Dispose();

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        if (inner is IAsyncDisposable disposable)
            return disposable.DisposeAsync();
        inner.Dispose();
        return ValueTask.CompletedTask;
    }
}
