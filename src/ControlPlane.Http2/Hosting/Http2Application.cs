using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Http.Features;

namespace ControlPlane.Http2.Hosting;

/// <summary>The application that answers requests, once the host has given it to the server. Safe for concurrent use.</summary>
internal sealed class Http2Application
{
    private Func<IFeatureCollection, Task>? _run;

    /// <summary>Takes the application over from the host.</summary>
    public void Set<TContext>(IHttpApplication<TContext> application)
        where TContext : notnull => Volatile.Write(ref _run, features => RunAsync(application, features));

    /// <summary>Gives it one request.</summary>
    /// <exception cref="InvalidOperationException">There is no application yet.</exception>
    /// <exception cref="Exception">What the application failed with.</exception>
    public Task RunAsync(IFeatureCollection request) =>
        (Volatile.Read(ref _run) ?? throw new InvalidOperationException("The server has not been started."))(request);

    private static async Task RunAsync<TContext>(IHttpApplication<TContext> application, IFeatureCollection features)
        where TContext : notnull
    {
        var context = application.CreateContext(features);
        Exception? failure = null;
        try
        {
            await application.ProcessRequestAsync(context).ConfigureAwait(false);
        }
        catch (Exception e)
        {
            failure = e;
            throw;
        }
        finally
        {
            application.DisposeContext(context, failure);
        }
    }
}
