using ControlPlane.Model.Collections;
using ControlPlane.Translation.Views.Services;

namespace ControlPlane.Translation.Features.KubernetesGateway;

/// <summary>A parent that takes a route: a listener, or the clients of a service in the mesh.</summary>
internal sealed record RouteParent
{
    /// <summary>The gateway as VirtualServices write it: <c>namespace/name</c>, or mesh.</summary>
    public required string Gateway { get; init; }

    /// <summary>Whether it is a service in the mesh.</summary>
    public bool IsMesh { get; init; }

    /// <summary>Hostname of the listener, "" for every host.</summary>
    public string Hostname { get; init; } = "";

    /// <summary>Hostnames of the other listeners of its port and protocol.</summary>
    public EquatableArray<string> Others { get; init; }

    /// <summary>Hosts of the service.</summary>
    public EquatableArray<string> ServiceHosts { get; init; }

    /// <summary>Port of the service that the route is for, 0 for all.</summary>
    public int ServicePort { get; init; }

    /// <summary>Whether the listener keeps a host of a route: a wildcard leaves it to a narrower listener beside it.</summary>
    public bool Keeps(string host)
    {
        if (Hostname.Length > 0 && !HostNames.IsWildcard(Hostname))
            return true;
        if (Hostname.Length > 0 && !HostNames.Overlap(host, Hostname))
            return false;
        return !Others.Any(o => Hostname.Length <= o.Length && HostNames.Covers(o, host));
    }

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Gateway, ServicePort);
}
