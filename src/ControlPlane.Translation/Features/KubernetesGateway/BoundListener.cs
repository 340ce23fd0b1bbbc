using ControlPlane.Model.Collections;
using ControlPlane.Model.Objects;
using ControlPlane.Translation.Features.Gateway;

namespace ControlPlane.Translation.Features.KubernetesGateway;

/// <summary>A listener that takes routes, and the Istio Gateway that it stands for.</summary>
internal sealed record BoundListener
{
    /// <summary>Kind of the object that it is in: Gateway or ListenerSet.</summary>
    public required string OwnerKind { get; init; }

    /// <summary>That object.</summary>
    public required ObjectKey Owner { get; init; }

    /// <summary>Its name within the object.</summary>
    public required string Section { get; init; }

    /// <summary>Its port.</summary>
    public required int Port { get; init; }

    /// <summary>Its protocol as written.</summary>
    public required string Protocol { get; init; }

    /// <summary>Its hostname, "" for every host.</summary>
    public string Hostname { get; init; } = "";

    /// <summary>Hosts as Istio's servers have them: with the namespaces whose routes it takes.</summary>
    public EquatableArray<string> Hosts { get; init; }

    /// <summary>Kinds of routes that it takes.</summary>
    public EquatableArray<string> Kinds { get; init; }

    /// <summary>The Istio Gateway; null where something in the listener is wrong, so that nothing listens.</summary>
    public GatewaySpec? Spec { get; init; }

    /// <summary>Namespace and name of the Istio Gateway.</summary>
    public required ObjectKey Internal { get; init; }

    /// <summary>What names the listener.</summary>
    public ListenerId Id => new(OwnerKind, Owner, Section);

    /// <summary>The same as VirtualServices write it.</summary>
    public string GatewayName => $"{Internal.Namespace}/{Internal.Name}";

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Internal, Port);
}
