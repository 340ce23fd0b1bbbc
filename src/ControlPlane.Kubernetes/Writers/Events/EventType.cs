namespace ControlPlane.Kubernetes.Writers.Events;

/// <summary>What sort of event it is; Kubernetes knows these two.</summary>
public enum EventType
{
    /// <summary>Only for information.</summary>
    Normal,

    /// <summary>Someone should look at it.</summary>
    Warning,
}
