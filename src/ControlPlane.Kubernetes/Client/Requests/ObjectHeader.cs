namespace ControlPlane.Kubernetes.Client.Requests;

/// <summary>metadata of an object that we write.</summary>
internal sealed record ObjectHeader
{
    /// <summary>metadata.name.</summary>
    public string? Name { get; init; }

    /// <summary>metadata.namespace.</summary>
    public string? Namespace { get; init; }

    /// <summary>metadata.resourceVersion: the state that an update replaces.</summary>
    public string? ResourceVersion { get; init; }

    /// <summary>metadata.labels.</summary>
    public Dictionary<string, string>? Labels { get; init; }
}
