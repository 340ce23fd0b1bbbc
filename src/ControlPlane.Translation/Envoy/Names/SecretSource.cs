namespace ControlPlane.Translation.Envoy.Names;

/// <summary>Which kind of object a secret comes from, and by whose word it may be read.</summary>
public enum SecretSource
{
    /// <summary>A Secret that the proxy itself may read.</summary>
    Kubernetes,

    /// <summary>A Secret that a Gateway of the proxy refers to.</summary>
    Gateway,

    /// <summary>A ConfigMap with trust anchors, which are public.</summary>
    ConfigMap,
}
