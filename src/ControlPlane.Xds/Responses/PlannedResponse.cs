using ControlPlane.Model.Delivery;

namespace ControlPlane.Xds.Responses;

/// <summary>A response to write.</summary>
/// <param name="Type">Its type.</param>
/// <param name="Nonce">Its nonce.</param>
/// <param name="Plan">What it holds.</param>
public sealed record PlannedResponse(XdsType Type, string Nonce, ResponsePlan Plan);
