using ControlPlane.Model.Collections;
using ControlPlane.Translation.Views.Outbound;

namespace ControlPlane.Translation.Features.Sidecar;

/// <summary>An entry of a Sidecar's egress.</summary>
/// <param name="Listener">Its listener.</param>
/// <param name="Hosts">The hosts that it imports, <c>namespace/host</c> as written.</param>
public sealed record SidecarEgress(EgressListener Listener, EquatableArray<string> Hosts);
