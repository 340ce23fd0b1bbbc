using System.Collections.Immutable;
using System.Runtime.InteropServices;
using ControlPlane.Model.Collections;
using ControlPlane.Model.Delivery;
using ControlPlane.Model.Incremental;
using ControlPlane.Model.Proxies;
using ControlPlane.Model.Snapshots;
using ControlPlane.Pipeline.Tracing;
using ControlPlane.Translation;
using ControlPlane.Translation.Resources;
using ControlPlane.Translation.Views.Proxies;

namespace ControlPlane.Pipeline.Engine;

/// <summary>
/// All configurations that connected proxies have, over one derivation graph. Finds those that a change concerns by the graph's
/// marks, never by walking all of them. Belongs to the engine's thread.
/// </summary>
internal sealed class ConfigStates(BoundFamilies families, IEngineObserver observer)
{
    private readonly Dictionary<ConfigKey, ConfigState> _states = [];
    private readonly Dictionary<IPinnedValue<ClassScope, ResourceSet>, HashSet<ConfigState>> _bySet = new(ReferenceEqualityComparer.Instance);
    private readonly Dictionary<ProxyDescriptor, HashSet<ProxySession>> _byProxy = [];
    private readonly HashSet<ConfigState> _stale = [];

    public DerivationGraph Graph { get; } = new(MeshSnapshot.Empty);

    /// <summary>Number of distinct configurations.</summary>
    public int Count => _states.Count;

    /// <summary>Number of sessions.</summary>
    public int SessionCount { get; private set; }

    public void Connect(ProxySession session)
    {
        SessionCount++;
        if (!_byProxy.TryGetValue(session.Proxy, out var sessions))
        {
            _byProxy[session.Proxy] = sessions = [];
            Graph.Pin(Translator.Classify, session.Proxy);
        }

        sessions.Add(session);
        Place(session);
    }

    public void Disconnect(ProxySession session)
    {
        if (session.Ended)
            return;
        session.Ended = true;
        session.AbandonTraces();
        SessionCount--;
        Leave(session);
        var sessions = _byProxy[session.Proxy];
        sessions.Remove(session);
        if (sessions.Count > 0)
            return;
        _byProxy.Remove(session.Proxy);
        Graph.Unpin(Translator.Classify, session.Proxy);
    }

    public void SetInterest(ProxySession session, XdsType type, Interest interest)
    {
        if (session.Ended)
            return;
        var state = session.State;
        state?.Remove(session);
        session.Interests = session.Interests.With(type, interest);
        state?.Add(session);
        Place(session);
        // A change between the stream's question and this moment was told to nobody: tell the newest in any case.
        if (session.State is { } now)
            session.Tell(now.Config);
    }

    /// <summary>Brings up to date what the last changes concern; returns how many sessions were told.</summary>
    /// <param name="trace">The trace of these changes, null where nobody traces.</param>
    public int Refresh(ChangeTrace? trace)
    {
        foreach (var proxy in Graph.TakeSuspects(Translator.Classify))
        {
            if (_byProxy.TryGetValue(proxy.Key, out var sessions))
                MoveAll(sessions);
        }

        _stale.Clear();
        foreach (var (_, set) in families.All)
        {
            foreach (var suspect in Graph.TakeSuspects(set))
            {
                foreach (var state in _bySet[suspect])
                    _stale.Add(state);
            }
        }

        var told = 0;
        foreach (var state in _stale)
        {
            var push = trace?.StartPush(state.Key.Class);
            var config = Compute(state.Key, state.Sets, state.Config);
            CheckReferences(state.Config, config);
            var count = state.Advance(config);
            told += count;
            trace?.EndPush(push, count);
        }

        return told;
    }

    private void MoveAll(IEnumerable<ProxySession> sessions)
    {
        foreach (var session in sessions)
        {
            var before = session.State;
            Place(session);
            if (!ReferenceEquals(before, session.State) && session.State is { } now)
                session.Tell(now.Config);
        }
    }

    /// <summary>Puts a session under the configuration that its class and questions give.</summary>
    private void Place(ProxySession session)
    {
        ConfigKey key;
        try
        {
            key = KeyOf(Graph.Get(Translator.Classify, session.Proxy), session.Interests);
        }
#pragma warning disable CA1031 // A defect in one proxy's translation may cost that proxy its update, never the engine.
        catch (Exception exception)
        {
            observer.OnFault($"class of proxy {session.Proxy.Id}", exception);
            return;
        }
#pragma warning restore CA1031
        if (session.State is { } old && old.Key == key)
            return;
        if (!_states.TryGetValue(key, out var state))
            _states[key] = state = Open(key);
        else if (state.Config.Snapshot < Graph.Snapshot.Number)
            // What nothing has changed since bears an old number, and a stream never goes back to one (X63).
            state.Advance(Compute(key, state.Sets, state.Config));
        Leave(session);
        session.State = state;
        state.Add(session);
        session.Tell(state.Config);
    }

    private void Leave(ProxySession session)
    {
        if (session.State is not { } state)
            return;
        state.Remove(session);
        if (!state.IsUnused)
            return;
        _states.Remove(state.Key);
        foreach (var set in state.Sets)
        {
            var users = _bySet[set];
            users.Remove(state);
            if (users.Count == 0)
                _bySet.Remove(set);
        }

        for (var i = 0; i < state.Sets.Length; i++)
            Graph.Unpin(families.All[i].Set, state.Sets[i].Key);
    }

    private ConfigState Open(ConfigKey key)
    {
        var sets = families.All.Select((f, i) => Graph.Pin(f.Set, new ClassScope(key.Class, key.Asked[i]))).ToImmutableArray();
        var state = new ConfigState(key, sets, Compute(key, sets, EncodedConfig.Empty));
        foreach (var set in sets)
        {
            if (!_bySet.TryGetValue(set, out var users))
                _bySet[set] = users = [];
            users.Add(state);
        }

        return state;
    }

    /// <summary>The configuration of a key as it is now.</summary>
    /// <param name="key">The key, for who is told of a fault.</param>
    /// <param name="sets">Its set of each family.</param>
    /// <param name="last">What a set is taken from that can't be computed.</param>
    private EncodedConfig Compute(ConfigKey key, ImmutableArray<IPinnedValue<ClassScope, ResourceSet>> sets, EncodedConfig last)
    {
        var now = new ResourceSet[XdsTypes.All.Length];
        for (var i = 0; i < sets.Length; i++)
        {
            var type = families.All[i].Family.Type;
            try
            {
                now[(int)type] = sets[i].Get();
            }
#pragma warning disable CA1031 // A defect in one type's translation keeps that type's last good set.
            catch (Exception exception)
            {
                observer.OnFault($"{type} of class {key.Class.Namespace}", exception);
                now[(int)type] = last[type];
            }
#pragma warning restore CA1031
        }

        for (var i = 0; i < now.Length; i++)
            now[i] ??= ResourceSet.Empty;
        return new EncodedConfig(Graph.Snapshot.Number, ImmutableCollectionsMarshal.AsImmutableArray(now));
    }

    private void CheckReferences(EncodedConfig before, EncodedConfig now)
    {
        if (ReferenceEquals(before[XdsType.Listener], now[XdsType.Listener]))
            return;
        foreach (var name in now[XdsType.Listener].ChangedSince(before[XdsType.Listener]))
        {
            foreach (var route in now[XdsType.Listener].Find(name)?.References ?? [])
            {
                if (now[XdsType.Route].Find(route) is null)
                    observer.OnDanglingReference(XdsType.Listener, name, route);
            }
        }
    }

    private ConfigKey KeyOf(ProxyClass proxyClass, InterestProfile interests) =>
        new(proxyClass, families.All
            .Select(f => f.Family.DependsOnAsked(proxyClass) ? interests[f.Family.Type].Names : NameSet.Empty)
            .ToEquatableArray());
}
