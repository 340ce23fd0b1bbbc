namespace ControlPlane.Kubernetes.Writers.Statuses;

/// <summary>An object whose status is written.</summary>
/// <param name="ApiVersion">apiVersion under which it is served, e.g. networking.istio.io/v1.</param>
/// <param name="Plural">Name of the resource, e.g. virtualservices.</param>
/// <param name="Namespace">Its namespace; "" for an object of the whole cluster.</param>
/// <param name="Name">Its name.</param>
public sealed record StatusTarget(string ApiVersion, string Plural, string Namespace, string Name)
{
    /// <summary>Path of the subresource.</summary>
    internal string Path
    {
        get
        {
            var root = ApiVersion.Contains('/', StringComparison.Ordinal) ? $"/apis/{ApiVersion}" : $"/api/{ApiVersion}";
            return Namespace.Length == 0 ? $"{root}/{Plural}/{Name}/status" : $"{root}/namespaces/{Namespace}/{Plural}/{Name}/status";
        }
    }

    /// <inheritdoc/>
    public override string ToString() => $"{Plural} {(Namespace.Length == 0 ? Name : $"{Namespace}/{Name}")}";
}
