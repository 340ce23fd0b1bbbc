using ControlPlane.Injection.Json;
using ControlPlane.Injection.Names;

namespace ControlPlane.Injection.Sidecar;

/// <summary>Which images a pod's proxy and its init container have.</summary>
internal static class ProxyImages
{
    private const string DefaultName = "proxyv2";
    private const string DefaultType = "default";

    // Types that Istio publishes: a tag that ends in one loses it when another is asked for.
    private static readonly string[] KnownTypes = ["-distroless", "-debug"];

    /// <summary>The proxy's image: a whole reference where one is given, else from hub, name, tag and type.</summary>
    public static string Proxy(TemplateInput input) => Image(input, input.Values.Images.Proxy, FromParts(input));

    /// <summary>The image that <c>ProxyImage</c> names in templates: from parts, whatever the annotation says.</summary>
    public static string FromParts(TemplateInput input) =>
        Reference(input, input.Values.Images.Proxy, input.ProxyConfig.Object("image").Text("imageType") ?? "");

    /// <summary>The init container's image; the type of the proxy config does not count for it.</summary>
    public static string Init(TemplateInput input) => Image(input, input.Values.Images.Init, InitFromParts(input));

    /// <summary>As <see cref="FromParts"/>, for the init container.</summary>
    public static string InitFromParts(TemplateInput input) => Reference(input, input.Values.Images.Init, "");

    private static string Image(TemplateInput input, string configured, string fromParts)
    {
        var image = input.Annotation(AnnotationNames.ProxyImage, configured);
        return image.Contains('/', StringComparison.Ordinal) ? image : fromParts;
    }

    private static string Reference(TemplateInput input, string name, string type)
    {
        var images = input.Values.Images;
        var wanted = input.Annotation(AnnotationNames.ProxyImageType, type.Length > 0 ? type : images.Variant);
        return $"{images.Hub}/{(name.Length == 0 ? DefaultName : name)}:{Tag(images.Tag, wanted)}";
    }

    private static string Tag(string tag, string type)
    {
        if (type.Length == 0)
            return tag;
        var known = KnownTypes.FirstOrDefault(suffix => tag.EndsWith(suffix, StringComparison.Ordinal));
        var plain = known is null ? tag : tag[..^known.Length];
        return type == DefaultType ? plain : $"{plain}-{type}";
    }
}
