using ControlPlane.Kubernetes.Client;
using ControlPlane.Kubernetes.Client.Requests;
using ControlPlane.Kubernetes.Resources;
using ControlPlane.Kubernetes.Writers.Events;

namespace ControlPlane.Kubernetes.Reflectors;

/// <summary>How a cluster is mirrored.</summary>
public sealed record KubernetesOptions
{
    /// <summary>What the adapters must know of the installation.</summary>
    public ResourceOptions Resources { get; init; } = new();

    /// <summary>Limits of the client.</summary>
    public ApiClientOptions Client { get; init; } = new();

    /// <summary>Limits of the client for reviews of tokens and rights: a budget of its own, so that writes can't delay a login.</summary>
    public ApiClientOptions Reviews { get; init; } = new();

    /// <summary>Retries and circuit breaker of writes and reviews.</summary>
    public ResilienceOptions Resilience { get; init; } = new();

    /// <summary>Delays and sizes of the mirrors.</summary>
    public ReflectorOptions Reflectors { get; init; } = new();

    /// <summary>Limits of the events that are written on objects.</summary>
    public EventOptions Events { get; init; } = new();

    /// <summary>
    /// Which Secrets are read: by default not those that hold the state of Helm releases or the tokens of service accounts, which are many,
    /// large and nobody's certificates.
    /// </summary>
    public string SecretFieldSelector { get; init; } = "type!=helm.sh/release.v1,type!=kubernetes.io/service-account-token";
}
