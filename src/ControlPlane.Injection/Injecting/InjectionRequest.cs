using System.Text.Json.Nodes;
using ControlPlane.Injection.Pods;

namespace ControlPlane.Injection.Injecting;

/// <summary>One pod to be injected.</summary>
/// <param name="Pod">The pod: metadata and spec. It is not changed.</param>
public sealed record InjectionRequest(JsonObject Pod)
{
    /// <summary>The namespace that the request is for; counts where the pod names none.</summary>
    public string Namespace { get; init; } = "";

    /// <summary>Annotations of the namespace; null where they are not known.</summary>
    public IReadOnlyDictionary<string, string>? NamespaceAnnotations { get; init; }

    /// <summary>Environment that the webhook's URL asks for; see <see cref="InjectionPath"/>.</summary>
    public IReadOnlyDictionary<string, string> Environment { get; init; } = new Dictionary<string, string>();

    /// <summary>The object of a file that holds the pod; null: by the pod's own references.</summary>
    public WorkloadOwner? Owner { get; init; }

    /// <summary>Whether the pod comes from a file: then mesh-wide policy, default templates, injected annotations and ProxyConfig objects don't count.</summary>
    public bool FromFile { get; init; }
}
