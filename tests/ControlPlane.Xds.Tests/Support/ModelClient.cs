using ControlPlane.Model.Delivery;
using ControlPlane.Xds.Subscriptions;

namespace ControlPlane.Xds.Tests.Support;

/// <summary>
/// What the protocol says a client has after each message, in the simplest words. It checks what a server may never do and says
/// what to send next.
/// </summary>
public sealed class ModelClient(XdsVariant variant)
{
    private readonly Dictionary<XdsType, TypeState> _types = [];

    public XdsVariant Variant { get; } = variant;

    public TypeState this[XdsType type] =>
        _types.TryGetValue(type, out var state) ? state : _types[type] = new TypeState(type);

    /// <summary>The first request of a type on a stream. A client that was connected before says what it has.</summary>
    public SubscriptionRequest Open(XdsType type, bool wildcard, IReadOnlyCollection<string> names, bool withVersions = true)
    {
        var state = this[type];
        state.Want(wildcard, names);
        state.Opened = true;
        var asked = Asked(state, legacy: wildcard && names.Count == 0 && !state.HasNamed);
        state.HasNamed |= asked.Count > 0;
        if (Variant == XdsVariant.StateOfTheWorld)
            return new SotwRequest(asked);
        if (!withVersions)
            state.Resources.Clear();
        return new DeltaRequest(asked, []) { InitialVersions = state.Resources.ToDictionary(r => r.Key, r => r.Value.Version) };
    }

    /// <summary>Changes what is wanted of an opened type.</summary>
    public SubscriptionRequest Change(XdsType type, bool wildcard, IReadOnlyCollection<string> names)
    {
        var state = this[type];
        var (oldWildcard, oldNames) = (state.Wildcard, state.Names);
        state.Want(wildcard, names);
        if (Variant == XdsVariant.StateOfTheWorld)
        {
            var asked = Asked(state, legacy: false);
            state.HasNamed |= asked.Count > 0;
            return new SotwRequest(asked) { Nonce = state.Nonce };
        }

        state.HasNamed = true;
        var subscribe = names.Except(oldNames).Concat(wildcard && !oldWildcard ? [SubscriptionRequest.WildcardName] : []).ToArray();
        var unsubscribe = oldNames.Except(names).Concat(oldWildcard && !wildcard ? [SubscriptionRequest.WildcardName] : []).ToArray();
        foreach (var name in unsubscribe)
            state.Resources.Remove(name);
        return new DeltaRequest(subscribe, unsubscribe);
    }

    /// <summary>Takes a response and says ACK or NACK.</summary>
    public SubscriptionRequest Receive(ReceivedResponse response, bool accept)
    {
        var state = this[response.Type];
        Assert.Distinct(response.Names);
        Assert.Empty(response.Removed.Intersect(response.Names));
        Assert.Equal(response.Removed.Order(StringComparer.Ordinal), response.Removed);
        Assert.True(state.Nonces.Add(response.Nonce), "a nonce came twice");
        state.Nonce = response.Nonce;
        if (accept)
            Apply(state, response);
        var error = accept ? null : new NackDetail(13, "refused by the model");
        if (Variant == XdsVariant.Delta)
            return new DeltaRequest([], []) { Nonce = response.Nonce, Error = error };
        return new SotwRequest(Asked(state, legacy: !state.HasNamed && state.Wildcard)) { Nonce = response.Nonce, Error = error };
    }

    /// <summary>The stream has ended; what the client has stays.</summary>
    public void Disconnect()
    {
        foreach (var state in _types.Values)
        {
            state.Opened = false;
            state.HasNamed = false;
            state.Nonce = "";
        }
    }

    private void Apply(TypeState state, ReceivedResponse response)
    {
        if (Variant == XdsVariant.StateOfTheWorld && state.Type.AllowsWildcard())
        {
            // Missing means deleted.
            foreach (var name in state.Resources.Keys.Except(response.Names).ToArray())
                state.Resources.Remove(name);
        }

        foreach (var resource in response.Resources.Where(r => state.Wants(r.Name)))
            state.Resources[resource.Name] = resource;
        foreach (var name in response.Removed)
            state.Resources.Remove(name);
    }

    private static IReadOnlyCollection<string> Asked(TypeState state, bool legacy) =>
        legacy ? [] : [.. state.Names, .. state.Wildcard ? [SubscriptionRequest.WildcardName] : Array.Empty<string>()];

    /// <summary>One type at the client.</summary>
    public sealed class TypeState(XdsType type)
    {
        public XdsType Type { get; } = type;

        public bool Opened { get; set; }

        public bool Wildcard { get; private set; }

        public IReadOnlyCollection<string> Names { get; private set; } = [];

        public bool HasNamed { get; set; }

        public string Nonce { get; set; } = "";

        public HashSet<string> Nonces { get; } = [];

        public Dictionary<string, ReceivedResource> Resources { get; } = [];

        public bool Wants(string name) => Wildcard || Names.Contains(name);

        public void Want(bool wildcard, IReadOnlyCollection<string> names)
        {
            Wildcard = wildcard;
            Names = [.. names.Distinct()];
            foreach (var name in Resources.Keys.Where(n => !Wants(n)).ToArray())
                Resources.Remove(name);
        }
    }
}
