namespace ControlPlane.Model.Objects;

/// <summary>
/// An object of one of Istio's or the Gateway API's kinds, or a document such as the mesh configuration, as data: the feature
/// that owns the kind parses the specification. So the sources need not know the kinds' meaning.
/// </summary>
public sealed record ConfigObject : MeshObject
{
    /// <summary>apiVersion as written, e.g. networking.istio.io/v1.</summary>
    public required string ApiVersion { get; init; }

    /// <summary>kind as written, e.g. VirtualService.</summary>
    public required string Kind { get; init; }

    /// <summary>spec as compact JSON text; "{}" where absent.</summary>
    public required string SpecJson { get; init; }

    /// <summary>metadata.resourceVersion of kinds that tell proxies of it; "" for others, to which it means nothing.</summary>
    public string ResourceVersion { get; init; } = "";

    /// <summary>metadata.generation of kinds whose status is told by this control plane; 0 for others and where absent.</summary>
    public long Generation { get; init; }

    /// <summary>status as compact JSON text; "" where absent or not read for this kind.</summary>
    public string StatusJson { get; init; } = "";
}
