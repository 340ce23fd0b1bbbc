using ControlPlane.Model.Delivery;
using ControlPlane.Xds.Subscriptions;

namespace ControlPlane.Xds.Diagnostics;

/// <summary>What a stream was sent of one type and what became of it.</summary>
/// <param name="Type">The type.</param>
/// <param name="Subscription">The protocol state.</param>
/// <param name="SentNonce">Nonce of the last response, "" before the first.</param>
/// <param name="AckedNonce">Nonce of the last response that was accepted, "" before the first.</param>
/// <param name="SentAt">When the last response was sent; null before the first.</param>
public sealed record TypeStatus(XdsType Type, Subscription Subscription, string SentNonce, string AckedNonce, DateTimeOffset? SentAt)
{
    /// <summary>Whether the client has what it was sent.</summary>
    public SyncState State =>
        Subscription.SentNonce == 0 ? SyncState.NotSent
        : Subscription.LastError is not null ? SyncState.Error
        : Subscription.AckedNonce == Subscription.SentNonce ? SyncState.Synced
        : SyncState.Stale;
}
