using Envoy.Config.Listener.V3;

namespace ControlPlane.Translation;

/// <summary>Puts contributed filters in order. The order is the list <see cref="NetworkFilterSlot"/>; it is written down nowhere else.</summary>
public static class NetworkFilterOrder
{
    /// <summary>The filters of a chain: by place, within a place as contributed.</summary>
    public static IEnumerable<Filter> Arrange(IEnumerable<NetworkFilterContribution> contributions) =>
        contributions.OrderBy(c => c.Slot).Select(c => c.Filter.Clone());
}
