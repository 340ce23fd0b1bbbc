using ControlPlane.Xds.Subscriptions;
using Envoy.Config.Core.V3;

namespace ControlPlane.Xds.Streams;

/// <summary>A request of either variant.</summary>
/// <param name="Node">The node; clients send it in the first message, and need not later (X2).</param>
/// <param name="TypeUrl">The type as asked.</param>
/// <param name="Content">What it says about the type.</param>
internal sealed record IncomingRequest(Node? Node, string TypeUrl, SubscriptionRequest Content);
