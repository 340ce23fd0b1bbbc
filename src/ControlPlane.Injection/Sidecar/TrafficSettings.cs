using ControlPlane.Injection.Names;

namespace ControlPlane.Injection.Sidecar;

/// <summary>Which traffic a pod's proxy gets: annotations over chart values.</summary>
internal sealed class TrafficSettings(TemplateInput input)
{
    // Envoy's own ports for metrics and health are never intercepted.
    private const string AlwaysExcluded = "15090,15021";

    public string IncludeIPRanges { get; } = input.Annotation(AnnotationNames.IncludeOutboundIPRanges, input.Values.Proxy.IncludeIPRanges);

    public string ExcludeIPRanges { get; } = input.Annotation(AnnotationNames.ExcludeOutboundIPRanges, input.Values.Proxy.ExcludeIPRanges);

    public string IncludeInboundPorts { get; } = input.Annotation(AnnotationNames.IncludeInboundPorts, input.Values.Proxy.IncludeInboundPorts);

    /// <summary>The user's ports and the agent's own.</summary>
    public string ExcludeInboundPorts { get; } = WithPort(
        input.StatusPort.Trim(), input.Annotation(AnnotationNames.ExcludeInboundPorts, input.Values.Proxy.ExcludeInboundPorts));

    /// <summary>All ports that are left alone; what the init container gets.</summary>
    public string AllExcludedInboundPorts => ExcludeInboundPorts.Length == 0 ? AlwaysExcluded : $"{AlwaysExcluded},{ExcludeInboundPorts}";

    /// <summary>Null where neither annotation nor chart say anything.</summary>
    public string? IncludeOutboundPorts { get; } = Given(input, AnnotationNames.IncludeOutboundPorts, input.Values.Proxy.IncludeOutboundPorts);

    /// <summary>Null where neither annotation nor chart say anything.</summary>
    public string? ExcludeOutboundPorts { get; } = Given(input, AnnotationNames.ExcludeOutboundPorts, input.Values.Proxy.ExcludeOutboundPorts);

    /// <summary>Interfaces of virtual machines whose traffic counts as the pod's own; null for none.</summary>
    public string? VirtualInterfaces { get; } = input.Annotations.GetValueOrDefault(AnnotationNames.RerouteVirtualInterfaces)
        ?? input.Annotations.GetValueOrDefault(AnnotationNames.KubevirtInterfaces);

    /// <summary>Interfaces that are left alone; null for none.</summary>
    public string? ExcludeInterfaces { get; } = input.Annotations.GetValueOrDefault(AnnotationNames.ExcludeInterfaces);

    private static string? Given(TemplateInput input, string annotation, string value) =>
        input.Annotations.GetValueOrDefault(annotation) ?? (value.Length > 0 ? value : null);

    private static string WithPort(string port, string excluded)
    {
        if (port.Length == 0 || port == "0")
            return excluded;
        var ports = excluded.Split(',');
        return ports.Contains(port)
            ? excluded
            : string.Join(',', ports.Select(one => one.Trim()).Where(one => one.Length > 0).Append(port));
    }
}
