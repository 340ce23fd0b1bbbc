using ControlPlane.Model.Collections;
using ControlPlane.Model.Objects;

namespace ControlPlane.Translation.Features.PeerAuthentication;

/// <summary>One PeerAuthentication as translation reads it.</summary>
/// <param name="Key">Namespace and name.</param>
/// <param name="CreationTime">Age: in each level the oldest counts.</param>
/// <param name="Selector">The workloads; empty for the whole namespace (in the root namespace: the mesh).</param>
/// <param name="Mode">mtls.mode, Unset where absent.</param>
/// <param name="Ports">portLevelMtls by port, ascending; read at workload level only.</param>
public sealed record PeerAuthenticationPolicy(
    ObjectKey Key, DateTime CreationTime, LabelMap Selector, MutualTlsMode Mode, EquatableArray<PortMode> Ports);
