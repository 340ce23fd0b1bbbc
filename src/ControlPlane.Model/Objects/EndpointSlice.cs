using ControlPlane.Model.Collections;

namespace ControlPlane.Model.Objects;

/// <summary>A Kubernetes EndpointSlice (or one subset of a core Endpoints object in the same form).</summary>
public sealed record EndpointSlice : MeshObject
{
    /// <summary>addressType: IPv4, IPv6 or FQDN.</summary>
    public string AddressType { get; init; } = "IPv4";

    /// <summary>Ports in order.</summary>
    public EquatableArray<SlicePort> Ports { get; init; }

    /// <summary>Endpoints in order.</summary>
    public EquatableArray<SliceEndpoint> Endpoints { get; init; }

    /// <summary>Name of the Service (label kubernetes.io/service-name; for Endpoints their own name), "" where it belongs to none.</summary>
    public string ServiceName { get; init; } = "";
}
