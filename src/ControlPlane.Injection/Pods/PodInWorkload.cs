using System.Text.Json.Nodes;
using ControlPlane.Injection.Json;

namespace ControlPlane.Injection.Pods;

/// <summary>Where in an object its pod stands.</summary>
/// <param name="Manifest">The object.</param>
/// <param name="MetadataHolder">What has the pod's metadata.</param>
/// <param name="SpecHolder">What has the pod's spec.</param>
/// <param name="Owner">The object as the pod's owner.</param>
public sealed record PodInWorkload(JsonObject Manifest, JsonObject MetadataHolder, JsonObject SpecHolder, WorkloadOwner Owner)
{
    /// <summary>The pod by itself, a copy.</summary>
    public JsonObject Pod
    {
        get
        {
            var pod = new JsonObject();
            if (MetadataHolder["metadata"] is { } metadata)
                pod["metadata"] = metadata.DeepClone();
            if (SpecHolder["spec"] is { } spec)
                pod["spec"] = spec.DeepClone();
            return pod;
        }
    }

    /// <summary>The fields that the kind is never written without, with what they are where the user says nothing.</summary>
    internal JsonObject Required { get; init; } = [];

    /// <summary>Puts a pod in its place.</summary>
    public void Replace(JsonObject pod)
    {
        ArgumentNullException.ThrowIfNull(pod);
        foreach (var (field, value) in Required)
        {
            if (Manifest.Object("spec") is { } spec && spec[field] is null)
                spec[field] = value?.DeepClone();
        }

        MetadataHolder["metadata"] = pod["metadata"]?.DeepClone();
        SpecHolder["spec"] = pod["spec"]?.DeepClone();
    }

    /// <summary>How the object is called in messages: kind, and namespace and name.</summary>
    public string Name
    {
        get
        {
            var name = MetadataHolder.Object("metadata").Text("name") is { Length: > 0 } own ? own : Owner.Name;
            return Owner.Namespace.Length == 0 ? name : $"{Owner.Namespace}/{name}";
        }
    }
}
