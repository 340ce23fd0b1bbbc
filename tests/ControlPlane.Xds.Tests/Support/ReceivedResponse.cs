using ControlPlane.Model.Delivery;
using ControlPlane.Xds.Responses;

namespace ControlPlane.Xds.Tests.Support;

/// <summary>A response as a client sees it.</summary>
public sealed record ReceivedResponse(
    XdsType Type, string Nonce, string Version, IReadOnlyList<ReceivedResource> Resources, IReadOnlyList<string> Removed)
{
    public IReadOnlyList<string> Names => [.. Resources.Select(r => r.Name)];

    public static ReceivedResponse From(PlannedResponse response) => new(
        response.Type,
        response.Nonce,
        response.Plan.Version,
        [.. response.Plan.Resources.Select(r => new ReceivedResource(r.Name, r.Version, TestResource.Decode(r.Body.Span)))],
        response.Plan.Removed);
}
