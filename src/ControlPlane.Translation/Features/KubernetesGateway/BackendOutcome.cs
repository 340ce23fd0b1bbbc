namespace ControlPlane.Translation.Features.KubernetesGateway;

/// <summary>What comes of a reference to a backend.</summary>
internal enum BackendOutcome
{
    /// <summary>It leads to a service.</summary>
    Sound,

    /// <summary>It leads nowhere: requests that it is chosen for fail.</summary>
    Dead,

    /// <summary>It can't be meant: the whole route is left out.</summary>
    Refused,
}
