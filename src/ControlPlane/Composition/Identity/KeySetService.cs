using ControlPlane.Model.Collections;
using ControlPlane.Model.Objects;
using ControlPlane.Model.Snapshots;
using ControlPlane.Model.Sources;
using ControlPlane.Pipeline.Engine;
using ControlPlane.Security.KeySets;
using ControlPlane.Translation.Features.RequestAuthentication;
using Microsoft.Extensions.Hosting;

namespace ControlPlane.Composition.Identity;

/// <summary>Fetches the keys that RequestAuthentications name and hands them to the engine, like any other change.</summary>
internal sealed class KeySetService(MeshEngine engine, IModelSink sink, KeySetRefresher refresher, TimeProvider time) : BackgroundService
{
    // Keys are needed soon after a policy, not at once; looking costs a comparison of references.
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(500);

    private Table<ConfigObject>? _seen;
    private EquatableArray<KeySetLocation> _wanted = [];

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Pause, time);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
            {
                if (engine.IsReady)
                    Step(stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The server stops.
        }
    }

    private void Step(CancellationToken stoppingToken)
    {
        var policies = engine.Snapshot.Table(RequestAuthentications.Table);
        if (!ReferenceEquals(_seen, policies))
        {
            _seen = policies;
            _wanted = KeySources.Wanted(policies.All).Select(static s => new KeySetLocation(s.Name, s.IsIssuer, s.Timeout)).ToEquatableArray();
        }

        var changes = refresher.Step(_wanted, stoppingToken);
        if (changes.Count > 0)
            sink.Apply([.. changes.Select(static c => Change(c.Name, c.Keys))]);
    }

    private static ModelChange Change(string name, string? keys) =>
        keys is null ? new ModelChange.Delete(KeySources.Table, KeySources.KeyOf(name)) : ModelChange.Upsert.Of(KeySources.Table, KeySources.Fetched(name, keys));
}
