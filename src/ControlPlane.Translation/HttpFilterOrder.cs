using Envoy.Extensions.Filters.Network.HttpConnectionManager.V3;

namespace ControlPlane.Translation;

/// <summary>Puts contributed filters in order. The order is the list <see cref="HttpFilterSlot"/>; it is written down nowhere else.</summary>
public static class HttpFilterOrder
{
    /// <summary>The filters of a chain: by place, within a place as contributed.</summary>
    public static IEnumerable<HttpFilter> Arrange(IEnumerable<HttpFilterContribution> contributions) =>
        contributions.OrderBy(c => c.Slot).Select(c => c.Filter.Clone());
}
