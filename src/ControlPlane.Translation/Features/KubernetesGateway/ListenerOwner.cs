using ControlPlane.Model.Collections;
using ControlPlane.Model.Objects;
using ControlPlane.Translation.Envoy;
using Api = K8S.Gateway.V1;

namespace ControlPlane.Translation.Features.KubernetesGateway;

/// <summary>A Gateway of the Gateway API, or a ListenerSet that adds listeners to one.</summary>
internal sealed record ListenerOwner
{
    /// <summary>Gateway or ListenerSet.</summary>
    public required string Kind { get; init; }

    /// <summary>Namespace and name.</summary>
    public required ObjectKey Key { get; init; }

    /// <summary>Age: listeners of older objects go first.</summary>
    public DateTime CreationTime { get; init; }

    /// <summary>Its labels.</summary>
    public LabelMap Labels { get; init; } = LabelMap.Empty;

    /// <summary>Its annotations.</summary>
    public LabelMap Annotations { get; init; } = LabelMap.Empty;

    /// <summary>The listeners, in order.</summary>
    public EquatableArray<Frozen<Api.Listener>> Listeners { get; init; }

    /// <summary>The whole specification of a Gateway; null for a ListenerSet.</summary>
    public Frozen<Api.GatewaySpec>? Gateway { get; init; }

    /// <summary>The Gateway that a ListenerSet adds to; null for a Gateway.</summary>
    public ObjectKey? Parent { get; init; }

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(string.GetHashCode(Kind), Key, Listeners.Count);
}
