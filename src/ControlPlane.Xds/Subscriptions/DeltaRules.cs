using ControlPlane.Model.Delivery;

namespace ControlPlane.Xds.Subscriptions;

/// <summary>What a DeltaDiscoveryRequest does to a subscription.</summary>
public static class DeltaRules
{
    /// <summary>The subscription after a request.</summary>
    /// <param name="old">The subscription.</param>
    /// <param name="request">The request.</param>
    /// <param name="nonce">Its nonce, as read by the stream's <see cref="NonceFormat"/>.</param>
    /// <param name="sets">Where equal name sets become one.</param>
    public static (Subscription Next, RequestEffect Effect) Apply(Subscription old, DeltaRequest request, long nonce, NameSets sets)
    {
        var effect = RequestEffect.None;
        var next = old;
        var index = old.IndexOf(nonce);
        if (index >= 0)
        {
            effect = request.Error is null ? RequestEffect.Acknowledged : old.IsActive ? RequestEffect.Rejected : RequestEffect.Ignored;
            next = effect switch
            {
                RequestEffect.Acknowledged => old.Accept(index, sets),
                RequestEffect.Rejected => old.Refuse(index, request.Error!, sets),
                _ => old,
            };
        }
        else if (request.Error is not null && old.SentNonce == 0)
        {
            effect = RequestEffect.Ignored;
        }
        else if (nonce != NonceFormat.None && old.SentNonce != 0)
        {
            effect = RequestEffect.Stale;
        }

        // A refusal of something that this stream never sent and that asks for nothing opens no subscription (X19).
        var changes = request.Subscribe.Count > 0 || request.Unsubscribe.Count > 0;
        if (!old.Requested)
        {
            return effect == RequestEffect.Ignored && !changes && request.InitialVersions.Count == 0
                ? (old, effect)
                : (Open(old, request, sets), effect);
        }

        // A request with a stale nonce changes the subscription all the same (X47), and so does an ACK (X48).
        return (changes ? Change(next, request, sets) : next, effect);
    }

    private static Subscription Open(Subscription old, DeltaRequest request, NameSets sets)
    {
        // X33: everything is wanted where nothing is named. X34: adding and dropping the wildcard at once asks for nothing.
        var legacy = request.Subscribe.Count == 0 && request.Unsubscribe.Count == 0;
        var next = old with { Requested = true, HasNamed = !legacy };
        next = next.Want(Read(next, request, legacy, sets), sets);
        return next.IsActive
            ? next with { AnswerDue = true, Known = request.InitialVersions.Count > 0 ? request.InitialVersions : null }
            : next;
    }

    private static Subscription Change(Subscription old, DeltaRequest request, NameSets sets)
    {
        var next = (old with { HasNamed = true }).Want(Read(old, request, wildcard: false, sets), sets);
        if (!next.IsActive)
            return next;

        // X41: what is asked for again is sent again. X37: what is dropped under a wildcard is answered with its state.
        var forced = request.Subscribe.Where(n => next.Covered.Covers(n) || old.Interest.Names.Contains(n))
            .Concat(next.Interest.Wildcard ? request.Unsubscribe.Where(old.Interest.Names.Contains) : [])
            .Where(n => !IsWildcard(next, n))
            .ToArray();
        var again = old.Covered.Wildcard && next.Interest.Wildcard && request.Subscribe.Any(n => IsWildcard(next, n));
        if (again)
            next = next with { ForcedAll = true };
        if (next.Interest.Wildcard && !old.Interest.Wildcard)
            next = next with { Crossed = sets.From(old.Unanswered.SelectMany(r => r.Plan.Names)) };
        return forced.Length > 0 ? next.Force(sets.From(forced), sets) : next;
    }

    private static Interest Read(Subscription subscription, DeltaRequest request, bool wildcard, NameSets sets)
    {
        var interest = subscription.Interest;
        wildcard = (wildcard && subscription.Type.AllowsWildcard()) || interest.Wildcard || request.Subscribe.Any(n => IsWildcard(subscription, n));
        wildcard = wildcard && !request.Unsubscribe.Any(n => IsWildcard(subscription, n));
        var added = sets.From(request.Subscribe.Where(n => !IsWildcard(subscription, n)));
        var names = sets.Except(sets.Union(interest.Names, added), sets.From(request.Unsubscribe));
        return sets.Interest(wildcard, names);
    }

    private static bool IsWildcard(Subscription subscription, string name) =>
        subscription.Type.AllowsWildcard() && name == SubscriptionRequest.WildcardName;
}
