using System.Collections.Immutable;
using ControlPlane.Model.Delivery;
using ControlPlane.Model.Incremental;
using ControlPlane.Translation.Resources;

namespace ControlPlane.Pipeline.Engine;

/// <summary>One configuration and the sessions that have it, filed by what they want. Belongs to the engine's thread, but for <see cref="Config"/>.</summary>
/// <param name="key">What it is computed for.</param>
/// <param name="sets">The sets that it is put together from, in the order of the families.</param>
/// <param name="config">The configuration.</param>
internal sealed class ConfigState(ConfigKey key, ImmutableArray<IPinnedValue<ClassScope, ResourceSet>> sets, EncodedConfig config)
{
    private readonly Dictionary<InterestProfile, HashSet<ProxySession>> _sessions = [];
    private volatile EncodedConfig _config = config;

    public ConfigKey Key { get; } = key;

    public ImmutableArray<IPinnedValue<ClassScope, ResourceSet>> Sets { get; } = sets;

    public EncodedConfig Config
    {
        get => _config;
        private set => _config = value;
    }

    public bool IsUnused => _sessions.Count == 0;

    public void Add(ProxySession session)
    {
        if (!_sessions.TryGetValue(session.Interests, out var group))
            _sessions[session.Interests] = group = [];
        group.Add(session);
    }

    public void Remove(ProxySession session)
    {
        if (_sessions.TryGetValue(session.Interests, out var group) && group.Remove(session) && group.Count == 0)
            _sessions.Remove(session.Interests);
    }

    /// <summary>Takes over a newer configuration and tells the sessions that it concerns; returns how many.</summary>
    public int Advance(EncodedConfig config)
    {
        var before = Config;
        Config = config;
        var changes = new List<(XdsType Type, IReadOnlyCollection<string> Names)>();
        foreach (var type in XdsTypes.All)
        {
            if (!ReferenceEquals(config[type], before[type]) && config[type].ChangedSince(before[type]) is { Count: > 0 } names)
                changes.Add((type, names));
        }

        if (changes.Count == 0)
            return 0;
        var told = 0;
        foreach (var (profile, sessions) in _sessions)
        {
            if (!changes.Exists(c => Concerns(profile[c.Type], c.Names)))
                continue;
            foreach (var session in sessions)
                session.Tell(config);
            told += sessions.Count;
        }

        return told;
    }

    private static bool Concerns(Interest interest, IReadOnlyCollection<string> names)
    {
        if (interest.Wildcard)
            return true;
        foreach (var name in names)
        {
            if (interest.Covers(name))
                return true;
        }

        return false;
    }
}
