using ControlPlane.Kubernetes.Client;
using ControlPlane.Kubernetes.Client.Requests;
using ControlPlane.Kubernetes.Leases;

namespace ControlPlane.Kubernetes.Writers;

/// <summary>
/// Keeps webhook configurations as they are to be: makes those that are missing, replaces what differs, follows each by a watch. An
/// update names the version that was read, so that two replicas that both believe they lead do no harm.
/// </summary>
public sealed class WebhookConfigurationWriter
{
    private readonly ApiClient _api;
    private readonly ObjectClient _client;
    private readonly IReadOnlyList<IWebhookConfigurations> _wanted;
    private readonly LeaderElection _election;
    private readonly WebhookConfigurationOptions _options;
    private readonly TimeProvider _time;
    private readonly Random _random;
    private long _writes;

    internal WebhookConfigurationWriter(
        ApiClient api, ObjectClient client, IReadOnlyList<IWebhookConfigurations> wanted, LeaderElection election, WebhookConfigurationOptions options, TimeProvider time, Random random)
    {
        (_api, _client, _wanted, _election) = (api, client, wanted, election);
        (_options, _time, _random) = (options, time, random);
    }

    /// <summary>Number of objects written so far.</summary>
    public long Writes => Interlocked.Read(ref _writes);

    /// <summary>The lock of this duty.</summary>
    public LeaderElection Election => _election;

    /// <summary>Waits for its lock and writes while it holds it; until cancelled.</summary>
    public Task RunAsync(CancellationToken cancellationToken) => _election.RunAsync(KeepAllAsync, cancellationToken);

    private Task KeepAllAsync(CancellationToken cancellationToken)
    {
        var keepers = from configurations in _wanted from name in configurations.Names select KeepAsync(configurations, name, cancellationToken);
        return Task.WhenAll([.. keepers, _options.WhileLeading?.Invoke(cancellationToken) ?? Task.CompletedTask]);
    }

    private Task KeepAsync(IWebhookConfigurations configurations, string name, CancellationToken cancellationToken) =>
        new WebhookConfigurationKeeper(_api, _client, configurations, name, _options, _time, _random)
            .RunAsync(() => _election.IsLeader, () => Interlocked.Increment(ref _writes), cancellationToken);
}
