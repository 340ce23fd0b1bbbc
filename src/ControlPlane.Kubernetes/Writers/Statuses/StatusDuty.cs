using ControlPlane.Kubernetes.Leases;
using ControlPlane.Kubernetes.Reflectors;
using ControlPlane.Model.Objects;

namespace ControlPlane.Kubernetes.Writers.Statuses;

/// <summary>The duty to write statuses of mirrored objects, which one replica at a time carries out. Others keep what they know for the day they lead.</summary>
public abstract class StatusDuty
{
    private readonly KubernetesSource _source;
    private readonly StatusWriter _writer;

    private protected StatusDuty(KubernetesSource source, StatusWriter writer, LeaderElection election) => (_source, _writer, Election) = (source, writer, election);

    /// <summary>Number of statuses written so far.</summary>
    public long Written => _writer.Written;

    /// <summary>The lock of this duty.</summary>
    public LeaderElection Election { get; }

    /// <summary>Waits for its lock and writes while it holds it; until cancelled.</summary>
    public virtual Task RunAsync(CancellationToken cancellationToken) => Election.RunAsync(LeadAsync, cancellationToken);

    /// <summary>What is written of objects that are known when a turn begins, by <see cref="Set"/>.</summary>
    private protected abstract void Begin();

    /// <summary>What else is done within a turn.</summary>
    private protected virtual Task SweepAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Asks for an edit of an object's status; nothing happens where this replica does not lead, or the server has no such kind.</summary>
    private protected void Set((string Kind, ObjectKey Key) subject, Func<StatusEdit> edit, string? knownJson = null)
    {
        if (!Election.IsLeader || _source.ListOf(subject.Kind) is not { } path)
            return;
        var at = path.LastIndexOf('/');
        var target = new StatusTarget(path["/apis/".Length..at], path[(at + 1)..], subject.Key.Namespace, subject.Key.Name);
        _writer.Set(target, edit(), knownJson);
    }

    private async Task LeadAsync(CancellationToken cancellationToken)
    {
        Begin();
        await Task.WhenAll(_writer.RunAsync(cancellationToken), SweepAsync(cancellationToken)).ConfigureAwait(false);
    }
}
