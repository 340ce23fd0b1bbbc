using ControlPlane.Model.Collections;
using ControlPlane.Model.Objects;

namespace ControlPlane.Translation.Features.Gateway;

/// <summary>A Gateway as translation reads it.</summary>
public sealed record GatewaySpec
{
    /// <summary>Namespace and name.</summary>
    public required ObjectKey Key { get; init; }

    /// <summary>Age; the order of Gateways is by this, then name, then namespace.</summary>
    public DateTime CreationTime { get; init; }

    /// <summary>Labels of the pods that it is for, in any namespace; empty for every gateway.</summary>
    public LabelMap Selector { get; init; } = LabelMap.Empty;

    /// <summary>The services whose pods it is for; null where <see cref="Selector"/> decides.</summary>
    public GatewayService? Service { get; init; }

    /// <summary>The servers, in order.</summary>
    public EquatableArray<GatewayServer> Servers { get; init; }

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Key, Servers.Count);
}
