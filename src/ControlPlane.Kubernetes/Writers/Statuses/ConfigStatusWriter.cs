using System.Text.Json;
using System.Text.Json.Nodes;
using ControlPlane.Kubernetes.Client;
using ControlPlane.Kubernetes.Leases;
using ControlPlane.Kubernetes.Reflectors;
using ControlPlane.Model.Diagnostics;
using ControlPlane.Model.Objects;
using ControlPlane.Model.Sources;

namespace ControlPlane.Kubernetes.Writers.Statuses;

/// <summary>
/// Writes what is wrong with Istio's configuration objects into their status, as istiod does with PILOT_ENABLE_ANALYSIS. What an earlier process wrote
/// and no longer holds is taken back when a turn begins. To be run only when the first snapshot was translated: before, nothing would be found.
/// </summary>
public sealed class ConfigStatusWriter : StatusDuty
{
    /// <summary>Name of the lock; istiod's, so that the two never write at once.</summary>
    public const string LockName = "istio-analyze-leader";

    private readonly ApiClient _api;
    private readonly KubernetesSource _source;
    private readonly Lock _lock = new();
    private readonly Dictionary<(string Kind, ObjectKey Key), IReadOnlyCollection<Diagnostic>> _translated = [];
    private Dictionary<(string Kind, ObjectKey Key), IReadOnlyCollection<Diagnostic>> _read = [];

    internal ConfigStatusWriter(ApiClient api, KubernetesSource source, StatusWriter writer, LeaderElection election)
        : base(source, writer, election) => (_api, _source) = (api, source);

    /// <summary>Says what translation finds of an object now. Returns at once.</summary>
    /// <param name="kind">The kind, as its table has it; those that are not Istio's are left out.</param>
    /// <param name="key">The object.</param>
    /// <param name="findings">All that is found; none where nothing is wrong, or the object is gone.</param>
    public void Report(string kind, ObjectKey key, IReadOnlyCollection<Diagnostic> findings)
    {
        ArgumentNullException.ThrowIfNull(findings);
        lock (_lock)
        {
            if (findings.Count > 0)
                _translated[(kind, key)] = findings;
            else
                _translated.Remove((kind, key));
        }

        Set((kind, key));
    }

    /// <inheritdoc/>
    public override async Task RunAsync(CancellationToken cancellationToken)
    {
        _source.DiagnosticsChanged += TakeFaults;
        try
        {
            TakeFaults([]);
            await base.RunAsync(cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            _source.DiagnosticsChanged -= TakeFaults;
        }
    }

    private protected override void Begin()
    {
        foreach (var subject in Subjects())
            Set(subject);
    }

    /// <summary>Takes back what is in the status of objects of which nothing is found any more.</summary>
    private protected override async Task SweepAsync(CancellationToken cancellationToken)
    {
        foreach (var (kind, list) in _source.IstioLists)
        {
            var stale = new List<ObjectKey>();
            // A list that fails is made again with the next turn: it is only about what is left over.
            await _api.ListAsync(list, new ListQuery { ResourceVersion = "0" }, Look, cancellationToken).ConfigureAwait(false);
            foreach (var key in stale)
                Set((kind, key));

            void Look(Client.Json.SplitObject item)
            {
                if (!item.IsTooLarge && HasFindings(item.Json) && Findings((kind, new ObjectKey(item.Namespace, item.Name))).Count == 0)
                    stale.Add(new ObjectKey(item.Namespace, item.Name));
            }
        }
    }

    private static bool HasFindings(ReadOnlyMemory<byte> json)
    {
        try
        {
            return JsonNode.Parse(json.Span, documentOptions: new JsonDocumentOptions { MaxDepth = ApiClient.MaxDepth }) is JsonObject value
                && value["status"] is JsonObject status && ConfigFindings.AreIn(status);
        }
        catch (JsonException)
        {
            return false;
        }
    }

    /// <summary>Objects that could not even be read are found by the source.</summary>
    private void TakeFaults(IReadOnlyList<SourceDiagnostic> all)
    {
        var now = _source.IstioFaults.GroupBy(fault => (fault.Kind, fault.Fault.Object))
            .ToDictionary(group => (group.Key.Kind, group.Key.Object), group => (IReadOnlyCollection<Diagnostic>)[.. group.Select(fault => fault.Fault)]);
        List<(string Kind, ObjectKey Key)> changed;
        lock (_lock)
        {
            changed = [.. now.Keys.Union(_read.Keys).Where(key => !now.GetValueOrDefault(key, []).SequenceEqual(_read.GetValueOrDefault(key, [])))];
            _read = now;
        }

        changed.ForEach(Set);
    }

    private List<(string Kind, ObjectKey Key)> Subjects()
    {
        lock (_lock)
            return [.. _translated.Keys.Union(_read.Keys)];
    }

    private IReadOnlyCollection<Diagnostic> Findings((string Kind, ObjectKey Key) subject)
    {
        lock (_lock)
            return [.. _translated.GetValueOrDefault(subject, []), .. _read.GetValueOrDefault(subject, [])];
    }

    // Only Istio's kinds have a place for findings.
    private void Set((string Kind, ObjectKey Key) subject)
    {
        if (_source.IstioLists.Any(list => list.Kind == subject.Kind))
            Set(subject, () => ConfigFindings.Edit(Findings(subject)));
    }
}
