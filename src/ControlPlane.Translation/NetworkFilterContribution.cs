using ControlPlane.Translation.Envoy;
using Envoy.Config.Listener.V3;

namespace ControlPlane.Translation;

/// <summary>A filter that a feature puts into a place of filter chains.</summary>
/// <param name="Slot">The place; filters of one place keep the order in which they were contributed.</param>
/// <param name="Filter">The filter.</param>
public sealed record NetworkFilterContribution(NetworkFilterSlot Slot, Frozen<Filter> Filter);
