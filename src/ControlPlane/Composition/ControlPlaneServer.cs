using ControlPlane.Composition.Identity;
using ControlPlane.Composition.Webhook;
using ControlPlane.Debug;
using ControlPlane.Grpc.Server;
using ControlPlane.Health;
using ControlPlane.Logging;
using ControlPlane.Metrics;
using ControlPlane.Model.Sources;
using ControlPlane.Options;
using ControlPlane.Pipeline.Engine;
using ControlPlane.Security.Authority;
using ControlPlane.Xds.Diagnostics;
using ControlPlane.Xds.Streams;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace ControlPlane.Composition;

/// <summary>A whole control plane in one object: source, engine, xDS and the HTTP endpoints. The command serve runs one; tests too.</summary>
public sealed class ControlPlaneServer : IAsyncDisposable
{
    // So long the start waits for a cluster to answer before it goes on without.
    private static readonly TimeSpan AuthorityPatience = TimeSpan.FromSeconds(5);

    private readonly ServerOptions _options;
    private readonly WebApplication _app;
    private readonly Listeners _listeners;

    private ControlPlaneServer(ServerOptions options, WebApplication app, Listeners listeners)
    {
        _options = options;
        _app = app;
        _listeners = listeners;
    }

    /// <summary>Where it listens, once started.</summary>
    public BoundAddresses Addresses => _listeners.Bound;

    /// <summary>The engine.</summary>
    public MeshEngine Engine => _app.Services.GetRequiredService<MeshEngine>();

    /// <summary>The source.</summary>
    public IModelSource Source => _app.Services.GetRequiredService<IModelSource>();

    /// <summary>The connected streams.</summary>
    public StreamRegistry Streams => _app.Services.GetRequiredService<StreamRegistry>();

    /// <summary>Who may debug.</summary>
    internal DebugAccess Debug => _app.Services.GetRequiredService<DebugAccess>();

    /// <summary>Reads the authority.</summary>
    internal AuthorityKeeper Authority => _app.Services.GetRequiredService<AuthorityKeeper>();

    /// <summary>Which secrets gateways may have.</summary>
    internal SecretRights SecretRights => _app.Services.GetRequiredService<SecretRights>();

    /// <summary>Its log, for those who run it.</summary>
    public ILogger Logger => _app.Services.GetRequiredService<ILogger<ControlPlaneServer>>();

    /// <summary>Puts a server together; nothing is read or listened to yet.</summary>
    /// <param name="options">The options, checked.</param>
    /// <param name="configureLogging">Adds loggers; null for the console as the options say.</param>
    /// <exception cref="StartupException">The chart values can't be used.</exception>
    public static ControlPlaneServer Create(ServerOptions options, Action<ILoggingBuilder>? configureLogging = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        var grpc = GrpcOptions(options.Xds);
        var listeners = new Listeners(options.Listen, options.Webhook, grpc);
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory });
        builder.Logging.AddLevels(options.Log.Levels);
        if (configureLogging is null)
            builder.Logging.AddConsoleLog(options.Log);
        else
            configureLogging(builder.Logging);
        builder.WebHost.UseKestrelCore().UseGrpcTransport().UseKestrelHttpsConfiguration().ConfigureKestrel(listeners.Configure);
        builder.Services.AddRoutingCore();
        builder.Services.AddControlPlane(options);
        builder.Services.AddWebhook(options);
        var app = builder.Build();
        app.UseRouting();
        app.UseListenerRoles();
        app.MapXds(grpc);
        app.MapCertificateService();
        app.MapHealth(app.Services.GetRequiredService<Readiness>());
        app.MapDebug();
        app.MapLogLevels();
        app.MapMonitoring();
        if (options.Webhook.IsOn)
            app.MapWebhook();
        return new ControlPlaneServer(options, app, listeners);
    }

    /// <summary>Listens and begins to read.</summary>
    /// <exception cref="StartupException">An address can't be used, or there is no authority to sign with.</exception>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        try
        {
            await LoadAuthorityAsync(_app.Services.GetRequiredService<AuthorityKeeper>(), cancellationToken);
            if (_options.Webhook.IsOn)
                _app.Services.GetRequiredService<IServerCertificate>(); // read now, so that a fault is told as one
            await _app.StartAsync(cancellationToken);
        }
        catch (AuthorityException fault)
        {
            throw new StartupException(fault.Message, fault);
        }
        catch (Exception fault) when (fault is IOException or System.Net.Sockets.SocketException)
        {
            throw new StartupException(_listeners.Explain(fault), fault);
        }
    }

    /// <summary>A cluster that can't be reached may come back: until then the server is not ready, and the keeper asks on. Any other fault ends the start.</summary>
    private async Task LoadAuthorityAsync(AuthorityKeeper keeper, CancellationToken cancellationToken)
    {
        var load = keeper.LoadAsync(cancellationToken);
        if (_options.Source.Cluster is not null)
            await Task.WhenAny(load, Task.Delay(AuthorityPatience, cancellationToken));
        if (load.IsFaulted && _options.Source.Cluster is not null && load.Exception.InnerException is AuthorityException { InnerException: IOException })
            return;
        if (_options.Source.Cluster is null || load.IsCompleted)
            await load;
        else
            _ = load.ContinueWith(static late => late.Exception, TaskScheduler.Default); // the keeper tells of it
    }

    /// <summary>Waits until the first complete snapshot was read and translated.</summary>
    public Task WaitReadyAsync(CancellationToken cancellationToken) => Engine.GetStatisticsAsync().WaitAsync(cancellationToken);

    /// <summary>Stops in order: not ready, a pause for load balancers, GOAWAY, the end of streams.</summary>
    /// <param name="reason">Why, for the log.</param>
    public async Task StopAsync(string reason)
    {
        ServerLog.Stopping(Logger, reason, _options.Xds.ShutdownDelay, _options.Xds.DrainGrace);
        _app.Services.GetRequiredService<Readiness>().Stop();
        if (_options.Xds.ShutdownDelay > TimeSpan.Zero)
            await Task.Delay(_options.Xds.ShutdownDelay);
        await _app.StopAsync();
        ServerLog.Stopped(Logger);
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private static GrpcServerOptions GrpcOptions(Options.XdsOptions options) => new()
    {
        MaxReceiveMessageSize = ServiceRegistration.MaxRequestBytes,
        MaxStreamsPerConnection = options.MaxStreamsPerConnection,
        MaxConnectionAge = options.MaxConnectionAge,
        DrainGrace = options.DrainGrace,
    };
}
