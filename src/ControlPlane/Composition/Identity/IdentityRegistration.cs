using System.Net;
using ControlPlane.Grpc.Server;
using ControlPlane.Kubernetes;
using ControlPlane.Kubernetes.Writers;
using ControlPlane.Model.Collections;
using ControlPlane.Options;
using ControlPlane.Security.Authority;
using ControlPlane.Security.Callers;
using ControlPlane.Security.CertificateService;
using ControlPlane.Security.Identities;
using ControlPlane.Security.KeySets;
using ControlPlane.Security.Signing;
using ControlPlane.Security.Workloads;
using ControlPlane.Xds.NodeAuthorization;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace ControlPlane.Composition.Identity;

/// <summary>Puts identity together: authority, callers, certificates.</summary>
internal static class IdentityRegistration
{
    private static readonly string[] ServiceNames = ["istiod", "istiod-remote", "istio-pilot"];

    public static void AddIdentity(this IServiceCollection services, ServerOptions options)
    {
        services.AddSingleton<CurrentAuthority>();
        services.AddSingleton(options.Identity.Certificates);
        services.AddSingleton(NamesOf(options));
        services.AddSingleton(provider => Source(options, provider.GetService<KubernetesCluster>(), provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton<IRootCertificates, AuthorityRoots>();
        services.AddSingleton<AuthorityRevocations>();
        services.AddSingleton(provider => new SecretRights(
            provider.GetRequiredService<TimeProvider>(), provider.GetService<KubernetesCluster>() is { } cluster ? new SecretListReview(cluster).MayAsync : null));
        services.AddSingleton<StreamPlaces>();
        services.AddSingleton(provider => new RateBudget<SpiffeId>(options.Xds.MaxStreamRateOfIdentity, provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton<AuthorityKeeper>();
        services.AddSingleton<IHostedService>(provider => provider.GetRequiredService<AuthorityKeeper>());
        services.AddSingleton<CertificateIssuer>();
        services.AddSingleton<ServerCertificate>();
        services.AddSingleton<ITrustDomains, MeshTrustDomains>();
        services.AddSingleton<IWorkloadDirectory, SnapshotWorkloads>();
        services.AddSingleton(provider => Verifiers(options, provider));
        services.AddSingleton<CallerAuthenticator>();
        services.AddSingleton<INodeAuthorizer, StreamAuthorizer>();
        services.AddSingleton<WorkloadSecretFactory>();
        services.AddSingleton(_ => new IssuanceLimiter(Environment.ProcessorCount));
        services.AddSingleton<CredentialWatch>();
        services.AddSingleton(provider => new CredentialBudget(options.Identity.MaxCertificateRate, provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton<CertificateMetrics>();
        services.AddSingleton<CertificateServiceHandler>();
        services.AddKeySets(options);
    }

    /// <summary>Keys of end users' tokens. Who writes the files of a directory can ask this machine anyway; who writes to a cluster can't.</summary>
    private static void AddKeySets(this IServiceCollection services, ServerOptions options)
    {
        var allowLoopback = !options.Source.Source.IsCluster;
        services.AddSingleton(_ => new KeySetClient(address => KeySetAddresses.MayAsk(address, allowLoopback)));
        services.AddSingleton(provider => new KeySetRefresher(
            provider.GetRequiredService<KeySetClient>().FetchAsync, provider.GetRequiredService<TimeProvider>(), provider.GetRequiredService<ILogger<KeySetRefresher>>()));
        services.AddHostedService<KeySetService>();
    }

    /// <summary>Maps the certificate service, with TLS only.</summary>
    public static void MapCertificateService(this IEndpointRouteBuilder endpoints) =>
        endpoints.MapGrpcService(endpoints.ServiceProvider.GetRequiredService<CertificateServiceHandler>().Bind).On(ListenerRole.SecureXds);

    /// <summary>Where the authority comes from.</summary>
    public static IAuthoritySource Source(ServerOptions options, KubernetesCluster? cluster, TimeProvider time)
    {
        var identity = options.Identity;
        if (identity.PluggedDirectory.Length > 0)
            return new PluggedAuthoritySource(identity.PluggedDirectory);
        if (identity.DataDirectory.Length > 0)
            return new StoredAuthoritySource(new DirectoryAuthorityStore(identity.DataDirectory), identity.KeyKind, time);
        if (cluster is null)
            return new TransientAuthoritySource(identity.KeyKind, time);
        var space = options.Source.RootNamespace;
        return new ClusterAuthoritySource(cluster, space, new StoredAuthoritySource(new ClusterAuthorityStore(cluster, space), identity.KeyKind, time));
    }

    private static IReadOnlyList<ITokenVerifier> Verifiers(ServerOptions options, IServiceProvider provider)
    {
        var time = provider.GetRequiredService<TimeProvider>();
        var identity = options.Identity;
        string[] audiences = [.. identity.Audiences];
        var verifiers = new List<ITokenVerifier>();
        if (identity.JwtRule is { } rule)
        {
            // What tokens are bound to is known of a cluster only.
            var workloads = options.Source.Source.IsCluster ? provider.GetRequiredService<IWorkloadDirectory>() : null;
            verifiers.Add(JwtVerifiers.Of(rule, audiences, workloads, time, provider.GetRequiredService<ILogger<JwtVerifier>>()));
        }

        if (provider.GetService<KubernetesCluster>() is { } cluster)
            verifiers.Add(new ReviewingVerifier(new ClusterTokenReviewer(cluster), audiences, time));
        if (identity.DataDirectory.Length > 0 && !options.Source.Source.IsCluster)
            verifiers.Add(new StoredTokensVerifier(identity.DataDirectory, audiences, time));
        return verifiers;
    }

    private static CertificateNames NamesOf(ServerOptions options)
    {
        var suffix = $".{options.Source.RootNamespace}.svc";
        var revision = options.Source.Revision;
        var names = ServiceNames.Append(revision.Length > 0 ? $"istiod-{revision}" : "").Where(name => name.Length > 0).Select(name => name + suffix)
            .Append("localhost").Concat(options.Identity.ServerNames.Where(name => !IPAddress.TryParse(name, out _))).Distinct(StringComparer.Ordinal);
        var addresses = options.Identity.ServerNames.Select(name => IPAddress.TryParse(name, out var address) ? address : null).OfType<IPAddress>();
        return new CertificateNames { DnsNames = names.ToEquatableArray(), Addresses = addresses.Append(IPAddress.Loopback).Distinct().ToEquatableArray() };
    }
}
