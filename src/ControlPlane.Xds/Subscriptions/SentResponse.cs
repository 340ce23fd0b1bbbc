using ControlPlane.Xds.Responses;

namespace ControlPlane.Xds.Subscriptions;

/// <summary>A response that was sent.</summary>
/// <param name="Nonce">Its number on the stream, counted from 1.</param>
/// <param name="Plan">What was in it; shared with other streams.</param>
public readonly record struct SentResponse(long Nonce, ResponsePlan Plan);
