using System.Text.Json.Nodes;
using ControlPlane.Injection.Json;
using ControlPlane.Injection.Names;
using ControlPlane.Injection.Sidecar;

namespace ControlPlane.Injection.Injecting;

/// <summary>What a pod says of an earlier injection: the status annotation and the overrides that the user had at that time.</summary>
internal sealed class EarlierInjection
{
    private readonly JsonObject? _status;
    private readonly JsonObject _overrides;

    private EarlierInjection(bool isInjected, JsonObject? status, JsonObject overrides)
    {
        IsInjected = isInjected;
        _status = status;
        _overrides = overrides;
    }

    /// <summary>Whether the status annotation is there, whatever it holds.</summary>
    public bool IsInjected { get; }

    /// <summary>Reads a pod's annotations.</summary>
    /// <exception cref="FormatException">The overrides are no JSON of containers; names the annotation.</exception>
    public static EarlierInjection Of(JsonObject pod)
    {
        var overrides = pod.Annotation(AnnotationNames.Overrides) is { } text ? Overrides(text) : [];
        var status = pod.Annotation(AnnotationNames.Status);
        return new(status is not null, status is null ? null : Status(status), overrides);
    }

    /// <summary>Whether an earlier injection put a container there.</summary>
    public bool Added(string list, string name) => _status.List(list) is { } names && names.Any(one => JsonTree.TextOf(one) == name);

    /// <summary>The user's own part of a container, as kept at an earlier injection.</summary>
    public JsonObject? Override(string list, string name) => _overrides.List(list).Objects().FirstOrDefault(container => container.Text("name") == name);

    /// <summary>The pod without what an earlier injection added, and with what the user had in its place: what templates see. The pod itself where there is nothing to change.</summary>
    public JsonObject Strip(JsonObject pod, int statusPort)
    {
        if (!IsInjected && _overrides.Count == 0)
            return pod;
        var stripped = (JsonObject)pod.DeepClone();
        if (_status is not null)
        {
            foreach (var list in (string[])[PodParts.Containers, PodParts.InitContainers])
            {
                foreach (var name in _status.List(list) ?? [])
                    stripped.Remove(list, JsonTree.TextOf(name) ?? "");
            }

            MetricsMerge.ClearIfOurs(stripped, statusPort);
            stripped.AnnotationsOrNew().Remove(AnnotationNames.Status);
        }

        foreach (var list in (string[])[PodParts.Containers, PodParts.InitContainers])
        {
            foreach (var container in _overrides.List(list).Objects())
            {
                if (stripped.Container(list, container.Text("name") ?? "") is null)
                    stripped.ObjectOrNew("spec").ListOrNew(list).Add(container.DeepClone());
            }
        }

        return stripped;
    }

    private static JsonObject? Status(string text)
    {
        try
        {
            return JsonText.Parse(text) as JsonObject;
        }
        catch (FormatException)
        {
            return null; // counts as none, as in Istio; it is rewritten by this injection
        }
    }

    private static JsonObject Overrides(string text)
    {
        var overrides = AnnotationJson.Map(AnnotationNames.Overrides, text);
        var shaped = new JsonObject
        {
            ["spec"] = new JsonObject
            {
                [PodParts.Containers] = overrides[PodParts.Containers]?.DeepClone(), [PodParts.InitContainers] = overrides[PodParts.InitContainers]?.DeepClone(),
            },
        };
        return Pods.PodShape.Check(shaped, "Pod") is { } fault
            ? throw new FormatException(Configuration.AnnotationRules.Message(AnnotationNames.Overrides, text, fault))
            : overrides;
    }
}
