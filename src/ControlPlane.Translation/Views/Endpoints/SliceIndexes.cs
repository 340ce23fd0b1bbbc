using ControlPlane.Model.Objects;
using ControlPlane.Model.Snapshots;

namespace ControlPlane.Translation.Views.Endpoints;

/// <summary>Ways to find EndpointSlices.</summary>
public static class SliceIndexes
{
    /// <summary>By the first address of their endpoints.</summary>
    public static TableIndex<EndpointSlice, string> ByAddress { get; } = new(
        Tables.EndpointSlices, static s => s.Endpoints.Where(e => !e.Addresses.IsEmpty).Select(e => e.Addresses[0]));
}
