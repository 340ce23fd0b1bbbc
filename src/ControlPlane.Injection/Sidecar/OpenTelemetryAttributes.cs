using ControlPlane.Injection.Json;
using ControlPlane.Injection.Names;

namespace ControlPlane.Injection.Sidecar;

/// <summary>Attributes of the service for OpenTelemetry, by its semantic conventions for Kubernetes.</summary>
internal static class OpenTelemetryAttributes
{
    /// <summary>The attributes as OTEL_RESOURCE_ATTRIBUTES holds them; "" for none.</summary>
    public static string Of(TemplateInput input)
    {
        var ns = input.Owner.Namespace;
        var parts = new List<string>();
        Add("service.namespace", ns);
        Add("service.version", Version(input));
        Add("service.instance.id", input.Containers is [var first, ..] ? $"{ns}.$(POD_NAME).{first.Text("name")}" : "");
        return string.Join(',', parts);

        void Add(string name, string fallback)
        {
            var value = input.Annotations.GetValueOrDefault(AnnotationNames.OpenTelemetryPrefix + name) is { Length: > 0 } given ? given : fallback;
            if (value.Length > 0)
                parts.Add($"{name}={value}");
        }
    }

    private static string Version(TemplateInput input)
    {
        if (input.Labels.GetValueOrDefault(LabelNames.RecommendedVersion) is { Length: > 0 } label)
            return label;
        return input.Containers is [var only] ? OfImage(only.Text("image") ?? "") : "";
    }

    /// <summary>Tag and digest of an image reference: [registry[:port]/]name[:tag][@digest].</summary>
    private static string OfImage(string image)
    {
        var at = image.IndexOf('@', StringComparison.Ordinal);
        var digest = at < 0 ? "" : image[(at + 1)..];
        var name = at < 0 ? image : image[..at];
        var colon = name.LastIndexOf(':');
        var tag = colon > name.LastIndexOf('/') ? name[(colon + 1)..] : "";
        return tag.Length > 0 && digest.Length > 0 ? $"{tag}@{digest}" : tag + digest;
    }
}
