using ControlPlane.Model.Collections;
using Microsoft.Extensions.Logging;

namespace ControlPlane.Security.KeySets;

/// <summary>
/// Keeps the key sets of locations that come and go: each is fetched at once, again every twenty minutes, and after a failure with growing pauses. What
/// can't be fetched leaves the set from before. Not safe for concurrent use: one loop calls it.
/// </summary>
/// <param name="fetch">Fetches a set; throws <see cref="KeySetException"/> where it can't be had.</param>
/// <param name="time">The clock.</param>
/// <param name="logger">Hears of what can't be fetched.</param>
public sealed class KeySetRefresher(Func<KeySetLocation, CancellationToken, Task<string>> fetch, TimeProvider time, ILogger<KeySetRefresher> logger)
{
    /// <summary>How many are fetched at once.</summary>
    public const int MaxConcurrent = 8;

    private static readonly TimeSpan Refresh = TimeSpan.FromMinutes(20);
    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan LongestPause = TimeSpan.FromMinutes(20);

    private readonly Dictionary<KeySetLocation, State> _states = [];

    /// <summary>Takes what has been fetched meanwhile and starts what is due.</summary>
    /// <param name="wanted">The locations, each once.</param>
    /// <param name="cancellationToken">Ends fetching.</param>
    /// <returns>The sets that differ from before, by name; null for one that is no longer wanted.</returns>
    public IReadOnlyList<(string Name, string? Keys)> Step(EquatableArray<KeySetLocation> wanted, CancellationToken cancellationToken)
    {
        var changes = new List<(string, string?)>();
        var current = wanted.ToHashSet();
        foreach (var (location, state) in _states.Where(s => !current.Contains(s.Key)).ToList())
        {
            _states.Remove(location);
            if (state.Keys is not null && !wanted.Any(w => w.Name == location.Name))
                changes.Add((location.Name, null));
        }

        foreach (var location in wanted)
        {
            if (!_states.TryGetValue(location, out var state))
                _states[location] = state = new State { Next = time.GetUtcNow() };
            if (state.Fetching is { IsCompleted: true } done)
                Take(location, state, done, changes);
        }

        var free = MaxConcurrent - _states.Values.Count(static s => s.Fetching is not null);
        foreach (var (location, state) in _states.Where(s => s.Value.Fetching is null && s.Value.Next <= time.GetUtcNow()).OrderBy(static s => s.Value.Next).Take(free))
            state.Fetching = fetch(location, cancellationToken);
        return changes;
    }

    private void Take(KeySetLocation location, State state, Task<string> done, List<(string, string?)> changes)
    {
        state.Fetching = null;
        if (done.IsCompletedSuccessfully)
        {
            (state.Pause, state.Next) = (FirstPause, time.GetUtcNow() + Refresh);
            if (state.Keys != done.Result)
                changes.Add((location.Name, state.Keys = done.Result));
            return;
        }

        state.Next = time.GetUtcNow() + state.Pause;
        state.Pause = state.Pause * 2 < LongestPause ? state.Pause * 2 : LongestPause;
        SecurityLog.KeySetUnusable(logger, location.Name, done.Exception?.InnerException?.Message ?? "it was given up");
    }

    private sealed class State
    {
        public string? Keys { get; set; }

        public Task<string>? Fetching { get; set; }

        public DateTimeOffset Next { get; set; }

        public TimeSpan Pause { get; set; } = FirstPause;
    }
}
