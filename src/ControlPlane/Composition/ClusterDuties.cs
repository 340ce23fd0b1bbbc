using ControlPlane.Kubernetes;
using ControlPlane.Kubernetes.Leases;
using ControlPlane.Kubernetes.Writers;
using ControlPlane.Options;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace ControlPlane.Composition;

/// <summary>Carries out what one replica at a time writes into the cluster, each duty under a lock of its own.</summary>
internal sealed class ClusterDuties(KubernetesCluster cluster, ServerOptions options, IServiceProvider services) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await Task.Yield();
        // Without an authority there is nothing for workloads to trust.
        if (services.GetService<IRootCertificates>() is not { } roots)
            return;
        await cluster.WriteRootCertificates(roots, Lease(RootCertificateOptions.LockName), new RootCertificateOptions()).RunAsync(stoppingToken);
    }

    private LeaseOptions Lease(string name) => new() { Namespace = options.Source.RootNamespace, Name = name, Identity = $"{Environment.MachineName}-{Environment.ProcessId}" };
}
