using ControlPlane.Composition.Identity;
using ControlPlane.Composition.Webhook;
using ControlPlane.Injection.Webhook;
using ControlPlane.Kubernetes;
using ControlPlane.Kubernetes.Leases;
using ControlPlane.Kubernetes.Writers;
using ControlPlane.Kubernetes.Writers.Events;
using ControlPlane.Kubernetes.Writers.Statuses;
using ControlPlane.Options;
using ControlPlane.Pipeline.Engine;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace ControlPlane.Composition;

/// <summary>Carries out what one replica at a time writes into the cluster, each duty under a lock of its own.</summary>
internal sealed class ClusterDuties(KubernetesCluster cluster, ServerOptions options, IServiceProvider services, ILogger<ClusterDuties> logger) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await Task.Yield();
        await Task.WhenAll(WriteEventsAsync(stoppingToken), WriteStatusesAsync(stoppingToken), KeepAsync(stoppingToken));
    }

    /// <summary>Writes what is wrong with configuration into its status.</summary>
    public static ConfigStatusWriter Findings(KubernetesCluster cluster, ServerOptions options, ILogger logger) =>
        cluster.WriteConfigStatus(Lease(options, ConfigStatusWriter.LockName), Statuses(logger));

    /// <summary>Writes what the Gateway API wants told in statuses.</summary>
    public static ObjectStatusWriter Statuses(KubernetesCluster cluster, ServerOptions options, ILogger logger) =>
        cluster.WriteObjectStatuses(Lease(options, ObjectStatusWriter.LockName), Statuses(logger));

    private static StatusOptions Statuses(ILogger logger) => new() { Failed = (target, reason) => ServerLog.StatusFault(logger, target.ToString(), reason) };

    private async Task WriteStatusesAsync(CancellationToken stoppingToken)
    {
        StatusDuty?[] duties = [services.GetService<ConfigStatusWriter>(), services.GetService<ObjectStatusWriter>()];
        if (Array.Exists(duties, d => d is not null) && await TranslatedAsync(stoppingToken))
            await Task.WhenAll(duties.OfType<StatusDuty>().Select(d => d.RunAsync(stoppingToken)));
    }

    /// <summary>Waits until the first complete snapshot was translated; false where the server ends before.</summary>
    private async Task<bool> TranslatedAsync(CancellationToken stoppingToken)
    {
        Task read = services.GetRequiredService<MeshEngine>().GetStatisticsAsync().WaitAsync(stoppingToken);
        await read.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return read.IsCompletedSuccessfully;
    }

    private async Task WriteEventsAsync(CancellationToken stoppingToken)
    {
        cluster.Events.GivenUp += Tell;
        try
        {
            await cluster.Events.RunAsync(stoppingToken);
        }
        finally
        {
            cluster.Events.GivenUp -= Tell;
        }

        void Tell(EventRecord record, string reason) =>
            ServerLog.EventFault(logger, record.Reason, record.Regarding.Kind, $"{record.Regarding.Namespace}/{record.Regarding.Name}", reason);
    }

    private async Task KeepAsync(CancellationToken stoppingToken)
    {
        // Without an authority there is nothing for workloads to trust.
        if (services.GetService<IRootCertificates>() is not { } roots)
            return;
        await Task.WhenAll(
            cluster.WriteRootCertificates(roots, Lease(RootCertificateOptions.LockName), new RootCertificateOptions()).RunAsync(stoppingToken),
            options.Identity.PluggedDirectory.Length > 0 ? WriteRevocationsAsync(stoppingToken) : Task.CompletedTask,
            options.Webhook.IsOn ? WriteWebhooksAsync(roots, stoppingToken) : Task.CompletedTask);
    }

    // Lists come with an authority that is plugged in, and only there; sidecars mount the ConfigMap where it exists.
    private Task WriteRevocationsAsync(CancellationToken stoppingToken)
    {
        var writing = new RootCertificateOptions { ConfigMapName = RootCertificateOptions.RevocationConfigMapName, DataKey = RootCertificateOptions.RevocationDataKey };
        return cluster.WriteRootCertificates(services.GetRequiredService<AuthorityRevocations>(), Lease(RootCertificateOptions.RevocationLockName), writing).RunAsync(stoppingToken);
    }

    private async Task WriteWebhooksAsync(IRootCertificates roots, CancellationToken stoppingToken)
    {
        // Only now the webhook goes by the mesh's configuration.
        if (!await TranslatedAsync(stoppingToken))
            return;
        var (values, trust) = (services.GetRequiredService<MeshInjection>().Values, new WebhookTrust(options.Webhook, roots));
        var validation = new ValidationWebhooks(values, options, trust);
        var metrics = services.GetRequiredService<ValidationMetrics>();
        var writing = new WebhookConfigurationOptions
        {
            Written = (kind, name) =>
            {
                ServerLog.WebhookWritten(logger, kind, name);
                if (kind == WebhookKind.Validating)
                    metrics.CountUpdate();
            },
            Failed = (kind, name, fault) =>
            {
                ServerLog.WebhookFault(logger, kind, name, fault.ToString());
                if (kind == WebhookKind.Validating)
                    metrics.CountUpdateError(fault.Reason);
            },
            WhileLeading = stop => CloseAsync(validation, stop),
        };
        IWebhookConfigurations[] wanted = [new InjectionWebhooks(values, options, trust), validation];
        await cluster.WriteWebhookConfigurations(wanted, Lease(WebhookConfigurationOptions.LockNameOf(values.Scope.Revision)), writing).RunAsync(stoppingToken);
    }

    private async Task CloseAsync(ValidationWebhooks validation, CancellationToken stop)
    {
        if (!validation.NeedsProof)
            return;
        var options = validation.Proof with { NotYet = reason => ServerLog.ValidationOpen(logger, reason) };
        await cluster.ProbeRefusal(options).RunAsync(stop);
        ServerLog.ValidationClosed(logger);
        validation.Close();
    }

    private LeaseOptions Lease(string name) => Lease(options, name);

    private static LeaseOptions Lease(ServerOptions options, string name) => new() { Namespace = options.Source.RootNamespace, Name = name, Identity = $"{Environment.MachineName}-{Environment.ProcessId}" };
}
