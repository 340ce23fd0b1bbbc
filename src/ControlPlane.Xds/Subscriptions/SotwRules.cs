using ControlPlane.Model.Delivery;

namespace ControlPlane.Xds.Subscriptions;

/// <summary>What a DiscoveryRequest does to a subscription.</summary>
public static class SotwRules
{
    /// <summary>The subscription after a request.</summary>
    /// <param name="old">The subscription.</param>
    /// <param name="request">The request.</param>
    /// <param name="nonce">Its nonce, as read by the stream's <see cref="NonceFormat"/>.</param>
    /// <param name="sets">Where equal name sets become one.</param>
    public static (Subscription Next, RequestEffect Effect) Apply(Subscription old, SotwRequest request, long nonce, NameSets sets)
    {
        if (!old.Requested)
        {
            // A refusal of something that this stream never sent and that asks for nothing (X19). A refusal without a nonce is what is left
            // of an earlier stream in the first request of a new one: that is a subscription.
            if (request.Error is not null && nonce != NonceFormat.None && request.Names.Count == 0)
                return (old, RequestEffect.Ignored);
            return (Subscribe(old with { Requested = true }, request, sets), RequestEffect.None);
        }

        if (nonce == old.SentNonce && nonce != NonceFormat.None)
            return Answer(old, request, sets);
        if (nonce != NonceFormat.None && old.SentNonce != 0)
            return (Late(old, request, nonce, sets), RequestEffect.Stale);
        if (request.Error is not null)
            return (old, RequestEffect.Ignored);
        if (old.SentNonce == 0)
            return (Subscribe(old, request, sets), RequestEffect.None);

        // A request without a nonce starts over: it is answered with the current state (X13).
        return (Subscribe(old with { Covered = Interest.None, LeftOut = NameSet.Empty }, request, sets), RequestEffect.None);
    }

    // X20: what a request says that crossed a newer response does not count. It is remembered what it accepted or refused, for clusters
    // may go only when routes without them were accepted, and what it no longer named.
    private static Subscription Late(Subscription old, SotwRequest request, long nonce, NameSets sets)
    {
        var index = old.IndexOf(nonce);
        var next = index < 0 || !old.IsActive ? old
            : request.Error is null ? old.Accept(index, sets)
            : old.Refuse(index, request.Error, sets);
        if (old.Interest.Wildcard || NameSets.AreSame(request.Names, old.Interest.Names))
            return next;
        var leftOut = sets.Except(old.Interest.Names, sets.From(request.Names));
        return leftOut.Count == 0 ? next : next with { LeftOut = sets.Union(old.LeftOut, leftOut) };
    }

    private static (Subscription Next, RequestEffect Effect) Answer(Subscription old, SotwRequest request, NameSets sets)
    {
        var next = old;
        var effect = RequestEffect.None;
        var index = old.IndexOf(old.SentNonce);
        if (!old.IsActive && request.Error is not null)
        {
            effect = RequestEffect.Ignored;
        }
        else if (index >= 0)
        {
            effect = request.Error is null ? RequestEffect.Acknowledged : RequestEffect.Rejected;
            next = request.Error is null ? old.Accept(index, sets) : old.Refuse(index, request.Error, sets);
        }

        if (next.LeftOut.Count > 0)
            next = next.Forget(next.LeftOut, sets) with { LeftOut = NameSet.Empty };
        var wanted = Read(next, request, sets);
        next = Named(next, request);
        if (wanted == next.Interest)
            return (next, effect);
        var widened = (wanted.Wildcard && !next.Interest.Wildcard) || wanted.Names.Any(n => !next.Interest.Names.Contains(n));
        next = next.Want(wanted, sets);
        return (widened && next.IsActive ? next with { AnswerDue = true } : next, effect);
    }

    private static Subscription Subscribe(Subscription old, SotwRequest request, NameSets sets)
    {
        var next = old.Want(Read(old, request, sets), sets);
        next = Named(next, request);
        return next.IsActive ? next with { AnswerDue = true } : next;
    }

    private static Subscription Named(Subscription subscription, SotwRequest request) =>
        request.Names.Count == 0 || subscription.HasNamed ? subscription : subscription with { HasNamed = true };

    // X23, X24, X26: no names mean everything only for types with a wildcard, and only until something was named.
    private static Interest Read(Subscription subscription, SotwRequest request, NameSets sets)
    {
        var allows = subscription.Type.AllowsWildcard();
        var old = subscription.Interest;
        if (request.Names.Count == 0)
            return allows && !subscription.HasNamed ? sets.Interest(true, NameSet.Empty) : Interest.None;
        if (!allows || !request.Names.Contains(SubscriptionRequest.WildcardName))
            return !old.Wildcard && NameSets.AreSame(request.Names, old.Names) ? old : sets.Interest(false, sets.From(request.Names));
        return sets.Interest(true, sets.From(request.Names.Where(n => n != SubscriptionRequest.WildcardName)));
    }
}
