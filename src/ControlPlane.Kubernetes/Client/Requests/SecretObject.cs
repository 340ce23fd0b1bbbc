namespace ControlPlane.Kubernetes.Client.Requests;

/// <summary>A Secret.</summary>
internal sealed record SecretObject
{
    /// <summary>Its apiVersion.</summary>
    public string ApiVersion { get; init; } = "v1";

    /// <summary>Its kind.</summary>
    public string Kind { get; init; } = "Secret";

    /// <summary>Its metadata.</summary>
    public ObjectHeader Metadata { get; init; } = new();

    /// <summary>Its type; can't be changed later.</summary>
    public string? Type { get; init; }

    /// <summary>Its values in base64, by key.</summary>
    public Dictionary<string, byte[]>? Data { get; init; }

    /// <summary>Says nothing of the values.</summary>
    public override string ToString() => $"Secret {Metadata.Namespace}/{Metadata.Name}";
}
