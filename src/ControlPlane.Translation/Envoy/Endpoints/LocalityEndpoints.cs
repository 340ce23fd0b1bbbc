using ControlPlane.Model.Collections;

namespace ControlPlane.Translation.Envoy.Endpoints;

/// <summary>Hosts that are in one place and have one priority.</summary>
/// <param name="Locality"><c>region/zone/subzone</c>, "" where unknown; null for a host that has no place.</param>
/// <param name="Weight">Weight of the place; null where nothing is said.</param>
/// <param name="Priority">0 is used first.</param>
/// <param name="Endpoints">The hosts; may be empty: the place is then known but not to be used.</param>
internal sealed record LocalityEndpoints(string? Locality, uint? Weight, int Priority, EquatableArray<EndpointRow> Endpoints);
