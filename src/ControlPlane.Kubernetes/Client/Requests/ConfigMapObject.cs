namespace ControlPlane.Kubernetes.Client.Requests;

/// <summary>A ConfigMap.</summary>
internal sealed record ConfigMapObject
{
    /// <summary>Its apiVersion.</summary>
    public string ApiVersion { get; init; } = "v1";

    /// <summary>Its kind.</summary>
    public string Kind { get; init; } = "ConfigMap";

    /// <summary>Its metadata.</summary>
    public ObjectHeader Metadata { get; init; } = new();

    /// <summary>Its texts by key.</summary>
    public Dictionary<string, string>? Data { get; init; }
}
