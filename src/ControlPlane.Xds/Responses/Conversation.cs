using ControlPlane.Model.Delivery;
using ControlPlane.Xds.Subscriptions;

namespace ControlPlane.Xds.Responses;

/// <summary>
/// One stream's side of the protocol, without any transport: requests go in, and as long as there is something to say the next
/// response comes out. It always starts from what the client has and what it should have, so that requests and new configurations
/// may come at any time between two responses. Not safe for concurrent use, except for reading subscriptions.
/// </summary>
public sealed class Conversation
{
    // Responses with clusters that are remembered until endpoints are asked for; with more of them all endpoints are sent.
    private const int MaxClustersBeforeEndpoints = 16;

    // Most streams never ask for most types; these share what says so.
    private static readonly Subscription[] SotwStart = [.. XdsTypes.All.Select(static t => new Subscription(t, XdsVariant.StateOfTheWorld))];
    private static readonly Subscription[] DeltaStart = [.. XdsTypes.All.Select(static t => new Subscription(t, XdsVariant.Delta))];

    private readonly ConversationContext _context;
    private readonly NonceFormat _nonces;
    private readonly Subscription[] _subscriptions;

    private readonly List<ResponsePlan> _clustersBeforeEndpoints = [];
    private long _nonce;
    private RemovalGate? _gate;

    // The types about whose set in the last configuration nothing is left to say, as far as no request has changed that: a bit for each. Saves
    // looking at subscriptions, which for a thousand streams are in no cache.
    private EncodedConfig? _config;
    private uint _settled;

    // The configuration of which all was said; until a request asks for something, looking at it again would find nothing.
    private EncodedConfig? _allSaid;
    private WarmingGate? _warming;
    private LingeringClusters _lingering = LingeringClusters.None;
    private bool _isHolding;
    private bool _resumes;
    private bool _awaitsClusters;
    private long _overdue;

    /// <summary>Starts a conversation.</summary>
    /// <param name="variant">How the stream speaks.</param>
    /// <param name="context">What all streams share.</param>
    /// <param name="noncePrefix">What tells this stream's nonces from those of all others.</param>
    public Conversation(XdsVariant variant, ConversationContext context, string noncePrefix)
    {
        Variant = variant;
        _context = context;
        _nonces = new NonceFormat(noncePrefix);
        _subscriptions = [.. variant == XdsVariant.Delta ? DeltaStart : SotwStart];
    }

    /// <summary>How the stream speaks.</summary>
    public XdsVariant Variant { get; }

    /// <summary>The state of a type. May be read at any time from any thread.</summary>
    public Subscription this[XdsType type] => Volatile.Read(ref _subscriptions[(int)type]);

    /// <summary>Whether the client has accepted or refused the last response of every type that it asks for.</summary>
    public bool IsAnswered => Array.TrueForAll(_subscriptions, static subscription => !subscription.IsActive || subscription.AnsweredNonce >= subscription.SentNonce);

    /// <summary>Whether the client refuses what it was sent last of some type.</summary>
    public bool IsRefused => Array.Exists(_subscriptions, static subscription => subscription.LastError is not null);

    /// <summary>
    /// Whether listeners, routes and what comes after them are held back until the client makes use of new clusters. Someone with a clock
    /// has to see to it that this ends: a cluster that waits for a missing secret never gets there.
    /// </summary>
    public bool IsHolding => _isHolding;

    /// <summary>The nonce of the response with that number, "" for 0.</summary>
    public string NonceOf(long number) => number == 0 ? "" : _nonces.Write(number);

    /// <summary>Takes a request.</summary>
    /// <returns>What it meant for an earlier response.</returns>
    /// <exception cref="ArgumentException">The request is of the other variant.</exception>
    public RequestEffect Receive(XdsType type, SubscriptionRequest request)
    {
        var old = this[type];
        var nonce = _nonces.Read(request.Nonce);
        var (next, effect) = (Variant, request) switch
        {
            (XdsVariant.StateOfTheWorld, SotwRequest sotw) => SotwRules.Apply(old, sotw, nonce, _context.Names),
            (XdsVariant.Delta, DeltaRequest delta) => DeltaRules.Apply(old, delta, nonce, _context.Names),
            _ => throw new ArgumentException($"A {Variant} stream got a {request.GetType().Name}.", nameof(request)),
        };
        if (type == XdsType.Cluster && !old.Requested)
            (_resumes, _awaitsClusters) = (Variant == XdsVariant.StateOfTheWorld && ComesBack(request), false);
        if (type == XdsType.Endpoint && next.Requested && !old.Requested)
            next = WarmClustersSent(next);
        Set(next);
        if (type == XdsType.Listener && !old.Requested && next.Interest.Wildcard && ComesBack(request))
            AwaitClusters();
        if (effect != RequestEffect.Acknowledged || !old.IsSettled || !next.IsSettled || old.Rejected.Count > 0 || !ReferenceEquals(old.Interest, next.Interest))
            _allSaid = null;
        return effect;
    }

    /// <summary>
    /// The next response that leads to a configuration, in the order clusters, endpoints, listeners, routes, others (X54), then the
    /// removal of clusters; null when there is nothing to say, for now. The response counts as sent. What may name new clusters waits
    /// for these (<see cref="IsHolding"/>).
    /// </summary>
    public PlannedResponse? Next(EncodedConfig config)
    {
        if (ReferenceEquals(_allSaid, config))
            return null;
        GoOnTo(config);
        var response = Plan(config);
        _allSaid = response is null && IsRestful(config) ? config : null;
        return response;
    }

    // Whether an ACK alone can't give occasion to say more.
    private bool IsRestful(EncodedConfig config)
    {
        var clusters = this[XdsType.Cluster];
        return _warming is null && !_awaitsClusters && _gate is null && _lingering.Names.Count == 0
            && (IsSettled(XdsType.Cluster, config[XdsType.Cluster]) || !clusters.IsActive || ReferenceEquals(clusters.Base, config[XdsType.Cluster]));
    }

    // What has not changed stays settled.
    private void GoOnTo(EncodedConfig config)
    {
        if (ReferenceEquals(_config, config))
            return;
        foreach (var type in XdsTypes.All)
        {
            if (!ReferenceEquals(_config?[type], config[type]))
                _settled &= ~Bit(type);
        }

        _config = config;
    }

    private bool IsSettled(XdsType type, ResourceSet target) => (_settled & Bit(type)) != 0 && ReferenceEquals(_config![type], target);

    private static uint Bit(XdsType type) => 1u << (int)type;

    private PlannedResponse? Plan(EncodedConfig config)
    {
        var clusters = InterimClusters(config);
        _gate = _gate?.Widen(config[XdsType.Cluster], _context.Interim);
        foreach (var type in XdsTypes.All)
        {
            if (IsHeld(type, config))
                continue;
            var target = type switch
            {
                XdsType.Cluster => clusters,
                XdsType.Endpoint when !ReferenceEquals(clusters, config[XdsType.Cluster]) && this[type].Base.Count > 0 =>
                    _context.Interim.Endpoints(this[type].Base, config[type], clusters, config[XdsType.Cluster]),
                _ => config[type],
            };
            if (TrySend(type, target) is { } response)
                return response;
        }

        return _isHolding ? null : RemoveClusters(config);
    }

    /// <summary>
    /// Waits no longer for the client to make use of new clusters. As long as it answers none of the responses so far, it is not expected
    /// to answer later ones either.
    /// </summary>
    public void StopHolding()
    {
        if (!_isHolding)
            return;
        _overdue = this[XdsType.Cluster].SentNonce;
        (_isHolding, _warming, _awaitsClusters) = (false, null, false);
    }

    private static bool ComesBack(SubscriptionRequest request) =>
        request is SotwRequest { Version.Length: > 0 } or DeltaRequest { InitialVersions.Count: > 0 };

    // Envoy asks for clusters first; with one that warms it asks for none before that has ended, not even on a new stream, but for all else.
    // So its listeners and routes wait. A cluster that had changed may lack endpoints which it said to have.
    private void AwaitClusters()
    {
        var endpoints = this[XdsType.Endpoint];
        _awaitsClusters = endpoints.IsActive && !this[XdsType.Cluster].Requested;
        if (_awaitsClusters && Variant == XdsVariant.Delta)
            Set(endpoints with { ForcedAll = true });
    }

    // Secrets are not held back: clusters need them to get warm.
    private bool IsHeld(XdsType type, EncodedConfig config)
    {
        if (type == XdsType.Listener)
            _isHolding = HasToHold(config[XdsType.Cluster]);
        return _isHolding && type is not (XdsType.Cluster or XdsType.Endpoint or XdsType.Secret);
    }

    private bool HasToHold(ResourceSet target)
    {
        if (_warming?.IsOpen(this[XdsType.Cluster], this[XdsType.Endpoint]) == true)
            _warming = null;
        return _awaitsClusters || _warming?.Concerns(target) == true;
    }

    private ResourceSet InterimClusters(EncodedConfig config)
    {
        var target = config[XdsType.Cluster];
        if (IsSettled(XdsType.Cluster, target))
            return target;
        var old = this[XdsType.Cluster].Base;
        return old.Count == 0 ? target : _context.Interim.Clusters(old, target, old);
    }

    private PlannedResponse? TrySend(XdsType type, ResourceSet target)
    {
        if (IsSettled(type, target))
            return null;
        var subscription = this[type];
        if (!subscription.IsActive || !ResponsePlanner.CanAnswer(subscription, target))
            return null;
        if (subscription.Known is not null)
            subscription = HideLingering(subscription, target);
        var plan = _context.Planner.Plan(subscription, target, this[XdsType.Cluster]);
        if (plan is null)
        {
            if (!subscription.IsSettled || !ReferenceEquals(subscription.Base, target))
                Set(subscription.Advance(target));
            if (ReferenceEquals(_config![type], target))
                _settled |= Bit(type);
            return null;
        }

        Set(subscription.Sent(plan, target, ++_nonce));
        if (type == XdsType.Cluster)
            OnClustersSent(plan, target);
        return new PlannedResponse(type, _nonces.Write(_nonce), plan);
    }

    private PlannedResponse? RemoveClusters(EncodedConfig config)
    {
        var target = config[XdsType.Cluster];
        var lingers = _lingering.Names.Count > 0;
        var old = this[XdsType.Cluster];
        if ((!lingers && IsSettled(XdsType.Cluster, target)) || !old.IsActive || (ReferenceEquals(old.Base, target) && !lingers) || !ResponsePlanner.CanAnswer(old, target))
        {
            _gate = null;
            return null;
        }

        var listeners = this[XdsType.Listener];
        var routes = this[XdsType.Route];
        if (!_lingering.IsUseKnown(old, listeners, routes) || !IsAt(listeners, config) || !IsAt(routes, config))
            return null;
        _gate ??= new RemovalGate(target, listeners.SentNonce, routes.SentNonce);
        if (!_gate.IsOpen(listeners, routes))
            return null;

        // What has gone since the gate was set waits for the next one.
        var accepted = _context.Interim.Clusters(old.Base, target, _gate.Clusters);
        _gate = null;
        if (lingers)
        {
            Set(_lingering.Release(old, accepted, _context.Names));
            _lingering = LingeringClusters.None;
        }

        return TrySend(XdsType.Cluster, accepted) ?? Plan(config);
    }

    private Subscription HideLingering(Subscription subscription, ResourceSet target)
    {
        if (subscription.Type == XdsType.Cluster)
            _lingering = LingeringClusters.Of(subscription, target, _nonce + 1);
        return subscription.Type is XdsType.Cluster or XdsType.Endpoint ? _lingering.HideIn(subscription, target) : subscription;
    }

    private static bool IsAt(Subscription subscription, EncodedConfig config) =>
        !subscription.IsActive || ReferenceEquals(subscription.Base, config[subscription.Type]);

    // A cluster that was sent waits for its endpoints, even if these have not changed and the client does not ask for them (X49, X56).
    private void OnClustersSent(ResponsePlan plan, ResourceSet target)
    {
        var endpoints = this[XdsType.Endpoint];
        HoldBack(plan, target, endpoints.Interest);
        if (endpoints.IsActive)
        {
            Set(EndpointsToRepeat().Aggregate(endpoints, (e, names) => e.Force(_context.Names.Intern(names), _context.Names)));
        }
        else if (!endpoints.Requested && _clustersBeforeEndpoints.Count <= MaxClustersBeforeEndpoints)
        {
            _clustersBeforeEndpoints.Add(plan);
        }
    }

    // Where each response repeats all clusters, the client may take from this one what it refuses of those on their way: it is then that
    // clusters warm which these have changed.
    private IEnumerable<NameSet> EndpointsToRepeat()
    {
        var clusters = this[XdsType.Cluster];
        return clusters.Unanswered.TakeLast(clusters.IsComplete ? clusters.Unanswered.Length : 1)
            .Select(response => response.Plan.ReferencedNames).Where(names => names.Count > 0);
    }

    // X55: a route may name a cluster only when the client can use it.
    private void HoldBack(ResponsePlan plan, ResourceSet target, Interest asked)
    {
        // A state of the world client does not say which clusters it has. Those are new to it whose endpoints it does not ask for.
        if (_resumes)
            _lingering = LingeringClusters.None with { Nonce = _nonce };
        var added = _resumes ? [.. plan.Resources.Where(c => c.References.Any(n => !asked.Covers(n)))] : plan.Added;
        _resumes = false;
        if (added.Count > 0 || _warming is not null)
            _warming = WarmingGate.After(_warming, added, target, _nonce, this[XdsType.Cluster].AnsweredNonce >= _overdue);
    }

    // A reconnecting client that was sent clusters needs the endpoints of these, whatever versions it has.
    private Subscription WarmClustersSent(Subscription endpoints)
    {
        if (endpoints.Known is not null)
        {
            endpoints = _clustersBeforeEndpoints.Count > MaxClustersBeforeEndpoints
                ? endpoints with { ForcedAll = true }
                : _clustersBeforeEndpoints.Aggregate(endpoints, (e, p) => e.Force(_context.Names.Intern(p.ReferencedNames), _context.Names));
        }

        _clustersBeforeEndpoints.Clear();
        return endpoints;
    }

    private void Set(Subscription subscription)
    {
        _settled &= ~Bit(subscription.Type);
        Volatile.Write(ref _subscriptions[(int)subscription.Type], subscription);
    }
}
