using System.Diagnostics.Metrics;
using System.Net;
using ControlPlane.Grpc.Client;
using ControlPlane.Grpc.Server;
using ControlPlane.Model.Delivery;
using ControlPlane.Testing.Delivery;
using ControlPlane.Xds.Diagnostics;
using ControlPlane.Xds.NodeAuthorization;
using ControlPlane.Xds.Streams;
using ControlPlane.Xds.Subscriptions;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace ControlPlane.Xds.Tests.Support;

/// <summary>The xDS service on a real Kestrel at a free loopback port, over a hub that the test fills.</summary>
public sealed class XdsServer : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly List<GrpcChannel> _channels = [];

    private XdsServer(WebApplication app, FakeConfigHub hub, LogRecorder logs)
    {
        _app = app;
        Hub = hub;
        Logs = logs;
        Metrics = new MetricRecorder(app.Services.GetRequiredService<IMeterFactory>());
        Address = new Uri(app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single());
        Publish(TestResource.Make(XdsType.NameTable, AdsClient.BarrierName));
    }

    public FakeConfigHub Hub { get; }

    /// <summary>What is published next; each configuration carries its number in the one resource that barriers wait for.</summary>
    public ConfigBuilder World { get; } = new();

    public LogRecorder Logs { get; }

    /// <summary>Whether errors in the log are what the test is about.</summary>
    public bool ExpectErrors { get; set; }

    public MetricRecorder Metrics { get; }

    public Uri Address { get; }

    public StreamRegistry Streams => _app.Services.GetRequiredService<StreamRegistry>();

    public static async Task<XdsServer> StartAsync(
        XdsOptions? options = null, GrpcServerOptions? grpc = null, INodeAuthorizer? authorizer = null, TimeProvider? time = null)
    {
        grpc ??= new GrpcServerOptions();
        var hub = new FakeConfigHub();
        var logs = new LogRecorder();
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders().AddProvider(logs).SetMinimumLevel(LogLevel.Debug);
        builder.Services.AddSingleton<IConfigHub>(hub);
        if (authorizer is not null)
            builder.Services.AddSingleton(authorizer);
        if (time is not null)
            builder.Services.AddSingleton(time);
        builder.Services.AddXds(options);
        builder.WebHost.UseGrpcTransport().ConfigureKestrel(kestrel =>
        {
            kestrel.Listen(IPAddress.Loopback, 0, listen => listen.UseGrpcH2c(grpc));
        });
        var app = builder.Build();
        app.MapXds(grpc);
        await app.StartAsync();
        return new XdsServer(app, hub, logs);
    }

    /// <summary>Publishes <see cref="World"/>.</summary>
    /// <returns>The number to give to <see cref="AdsClient.UntilAsync"/>.</returns>
    public string Publish()
    {
        var number = "snapshot" + (World.Current.Snapshot + 1);
        Hub.Publish(World.Set(TestResource.Make(XdsType.ProxyConfig, AdsClient.BarrierName, number)).Build());
        return number;
    }

    /// <summary>Sets resources and publishes.</summary>
    public string Publish(params EncodedResource[] resources)
    {
        World.Set(resources);
        return Publish();
    }

    /// <summary>Removes resources and publishes.</summary>
    public string Remove(XdsType type, params string[] names)
    {
        World.Remove(type, names);
        return Publish();
    }

    public AdsClient Connect(XdsVariant variant, string nodeId = AdsClient.DefaultNodeId)
    {
        var channel = GrpcChannel.ForAddress(Address, new GrpcChannelOptions { MaxReceiveMessageSize = 64 * 1024 * 1024 });
        _channels.Add(channel);
        return new AdsClient(channel, variant, nodeId);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var channel in _channels)
            channel.Dispose();
        await _app.StopAsync(new CancellationToken(canceled: true));
        await _app.DisposeAsync();
        Metrics.Dispose();

        // What went wrong in the server fails the test that caused it.
        var errors = Logs.Entries.Where(e => e.Level >= LogLevel.Error).Select(e => e.Text).ToArray();
        Assert.True(ExpectErrors || errors.Length == 0, string.Join('\n', errors));
    }
}
