using ControlPlane.Kubernetes.Resources;

namespace ControlPlane.Kubernetes.Reflectors;

/// <summary>What a reflector mirrors.</summary>
/// <param name="Adapter">Adapter of the kind.</param>
/// <param name="ApiVersion">apiVersion under which it is asked for.</param>
/// <param name="Namespace">The only namespace; "" for all.</param>
/// <param name="LabelSelector">Only these objects; "" for all.</param>
/// <param name="FieldSelector">Only these objects; "" for all.</param>
internal sealed record ReflectorTarget(
    IResourceAdapter Adapter, string ApiVersion, string Namespace = "", string LabelSelector = "", string FieldSelector = "")
{
    /// <summary>Path of the list.</summary>
    public string Path
    {
        get
        {
            var root = ApiVersion.Contains('/', StringComparison.Ordinal) ? $"/apis/{ApiVersion}" : $"/api/{ApiVersion}";
            return Namespace.Length == 0 ? $"{root}/{Adapter.Kind.Plural}" : $"{root}/namespaces/{Namespace}/{Adapter.Kind.Plural}";
        }
    }
}
