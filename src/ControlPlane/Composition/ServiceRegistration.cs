using System.Diagnostics.Metrics;
using System.Text.Json;
using ControlPlane.Composition.Identity;
using ControlPlane.Debug;
using ControlPlane.Health;
using ControlPlane.Kubernetes;
using ControlPlane.Metrics;
using ControlPlane.Model.Delivery;
using ControlPlane.Model.Sources;
using ControlPlane.Options;
using ControlPlane.Pipeline.Engine;
using ControlPlane.Tracing;
using ControlPlane.Xds.Streams;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace ControlPlane.Composition;

/// <summary>Puts the parts of a server together.</summary>
internal static class ServiceRegistration
{
    /// <summary>A proxy that reconnects lists all that it has; thousands of clusters make some megabytes.</summary>
    public const int MaxRequestBytes = 64 * 1024 * 1024;

    // On top of the grace of streams: what remains to be done after it.
    private static readonly TimeSpan ShutdownMargin = TimeSpan.FromSeconds(5);

    public static void AddControlPlane(this IServiceCollection services, ServerOptions options)
    {
        services.Configure<HostOptions>(host => host.ShutdownTimeout = options.Xds.DrainGrace + ShutdownMargin);
        services.AddSingleton(options);
        services.AddSingleton(TimeProvider.System);
        if (options.Source.Cluster is not null)
            services.AddCluster(options);
        services.AddSingleton(provider => Sources.Watch(options.Source, provider.GetService<KubernetesCluster>(), provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton<EngineMetrics>();
        services.AddSingleton<ConfigReporter>();
        services.AddHostedService(static provider => provider.GetRequiredService<ConfigReporter>());
        services.AddSingleton<IEngineObserver, EngineObserver>();
        services.AddSingleton(provider => new MeshEngine(provider.GetRequiredService<TimeProvider>(), provider.GetRequiredService<IEngineObserver>()));
        services.AddSingleton<IConfigHub>(provider => provider.GetRequiredService<MeshEngine>());
        services.AddSingleton<IModelSink>(provider => provider.GetRequiredService<MeshEngine>());
        services.AddSingleton<Readiness>();
        services.AddSingleton<HealthMonitor>();
        services.AddHostedService(static provider => provider.GetRequiredService<HealthMonitor>());
        services.AddSingleton<DebugAccess>();
        services.AddSingleton<MetricCollector>();
        services.AddSingleton<ProcessMetrics>();
        services.AddXds(new Xds.Streams.XdsOptions
        {
            Identifier = Identifier(), WarmingLimit = options.Xds.WarmingLimit, MaxNewStreamsPerSecond = options.Xds.MaxStreamRate,
        });
        services.AddIdentity(options);
        // Before the source, whose first changes are traced too.
        if (options.Tracing.Endpoint is { } receiver)
        {
            services.AddHostedService(provider => new TraceExport(
                receiver, provider.GetRequiredService<TimeProvider>(), provider.GetRequiredService<ILogger<TraceExport>>()));
        }

        services.AddHostedService<SourceRunner>();
        services.AddHostedService<IdleMemoryTrimmer>();
    }

    /// <summary>What there is only where objects come from a cluster.</summary>
    private static void AddCluster(this IServiceCollection services, ServerOptions options)
    {
        services.AddSingleton(provider => Sources.Connect(
            options.Source, provider.GetRequiredService<TimeProvider>(), provider.GetRequiredService<IMeterFactory>())!);
        services.AddSingleton<SourceAge>();
        if (options.Source.WritesStatus)
        {
            services.AddSingleton(provider => ClusterDuties.Findings(provider.GetRequiredService<KubernetesCluster>(), options, provider.GetRequiredService<ILogger<ClusterDuties>>()));
            services.AddSingleton(provider => ClusterDuties.Statuses(provider.GetRequiredService<KubernetesCluster>(), options, provider.GetRequiredService<ILogger<ClusterDuties>>()));
        }

        services.AddHostedService<ClusterDuties>();
    }

    /// <summary>ControlPlane.identifier, in which istioctl looks for component, instance and version.</summary>
    private static string Identifier()
    {
        using var buffer = new MemoryStream();
        using (var writer = new Utf8JsonWriter(buffer))
        {
            writer.WriteStartObject();
            writer.WriteString("Component", "istiod");
            writer.WriteString("ID", Environment.MachineName);
            writer.WriteStartObject("Info");
            writer.WriteString("version", ProductVersion.Full);
            writer.WriteEndObject();
            writer.WriteEndObject();
        }

        return System.Text.Encoding.UTF8.GetString(buffer.ToArray());
    }
}
