using ControlPlane.Model.Collections;
using ControlPlane.Translation.Envoy;
using Api = K8S.Gateway.V1;

namespace ControlPlane.Translation.Features.KubernetesGateway;

/// <summary>A route of the Gateway API as translation reads it.</summary>
internal sealed record RouteObject
{
    /// <summary>Kind, namespace and name.</summary>
    public required RouteId Id { get; init; }

    /// <summary>Age: rules of older objects go first where nothing else decides.</summary>
    public DateTime CreationTime { get; init; }

    /// <summary>The parents that it wants to be taken by, in order.</summary>
    public EquatableArray<Frozen<Api.ParentReference>> Parents { get; init; }

    /// <summary>Hosts that it is for; empty for all.</summary>
    public EquatableArray<string> Hostnames { get; init; }

    /// <summary>Rules of an HTTPRoute, in order.</summary>
    public EquatableArray<Frozen<Api.HttpRouteRule>> Http { get; init; }

    /// <summary>Rules of a GRPCRoute, in order.</summary>
    public EquatableArray<Frozen<Api.GrpcRouteRule>> Grpc { get; init; }

    /// <summary>Rules of a TCPRoute or TLSRoute, in order.</summary>
    public EquatableArray<Frozen<Api.ConnectionRouteRule>> Connections { get; init; }

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Id, Parents.Count);
}
