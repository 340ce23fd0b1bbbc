using ControlPlane.Model.Delivery;
using ControlPlane.Xds.Subscriptions;

namespace ControlPlane.Xds.Responses;

/// <summary>What a plan depends on: all that is read of a subscription, and the set that it is to be brought to.</summary>
internal readonly struct PlanQuestion
{
    private readonly Subscription _subscription;

    public PlanQuestion(Subscription subscription, ResourceSet target)
    {
        _subscription = subscription;
        Target = target;
        From = subscription.Covered == Interest.None ? ResourceSet.Empty : subscription.Base;
    }

    public XdsType Type => _subscription.Type;

    public XdsVariant Variant => _subscription.Variant;

    public bool IsComplete => _subscription.IsComplete;

    public bool AnswerDue => _subscription.AnswerDue;

    public Interest Interest => _subscription.Interest;

    public Interest Covered => _subscription.Covered;

    public NameSet Forced => _subscription.Forced;

    public bool ForcedAll => _subscription.ForcedAll;

    public NameSet Crossed => _subscription.Crossed;

    public NameSet Rejected => _subscription.Rejected;

    public ResourceSet From { get; }

    public ResourceSet Target { get; }

    /// <summary>
    /// Whether other streams are likely to ask the same: what is asked has no part that belongs to one client, such as versions that it
    /// brought along or a refusal.
    /// </summary>
    public bool IsShared => _subscription.Known is null && Rejected.Count == 0 && !ForcedAll && Crossed.Count == 0;

    /// <summary>The identity of a shared question, beside <see cref="From"/> and <see cref="Target"/>.</summary>
    public PlanKey Key => new(
        Variant, Interest.Wildcard, Covered.Wildcard, IsComplete && AnswerDue, Interest.Names, Covered.Names, Forced);

    /// <summary>The version of a name that a reconnecting client has; null where it has none.</summary>
    public string? KnownVersion(string name) => _subscription.Known?.GetValueOrDefault(name);

    /// <summary>Names that the client said to have.</summary>
    public IEnumerable<string> KnownNames => _subscription.Known?.Keys ?? [];

    /// <summary>Whether the client may have something under that name.</summary>
    public bool Had(string name) =>
        (Covered.Covers(name) && From.Find(name) is not null) || KnownVersion(name) is not null || Rejected.Contains(name)
        || (Interest.Wildcard && Crossed.Contains(name));

    /// <summary>
    /// Whether the client had something before, so that it may use what is new to it at once. At its start it first takes all clusters.
    /// </summary>
    public bool IsUpdate => Interest.Wildcard && (Covered != Interest.None || _subscription.Known is not null);

    /// <summary>Whether the client surely had nothing under that name, or may have refused it.</summary>
    public bool IsNew(string name) =>
        Rejected.Contains(name) || !((Covered.Covers(name) && From.Find(name) is not null) || KnownVersion(name) is not null);

    /// <summary>Whether the client asked for that name and waits for an answer.</summary>
    public bool Asked(string name) => Forced.Contains(name) || (Interest.Names.Contains(name) && !Covered.Covers(name));
}
