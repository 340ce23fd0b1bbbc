using ControlPlane.Translation.Envoy;
using Envoy.Extensions.Filters.Network.HttpConnectionManager.V3;

namespace ControlPlane.Translation;

/// <summary>A filter that a feature puts into a place of HTTP chains.</summary>
/// <param name="Slot">The place; filters of one place keep the order in which they were contributed.</param>
/// <param name="Filter">The filter.</param>
public sealed record HttpFilterContribution(HttpFilterSlot Slot, Frozen<HttpFilter> Filter);
