using ControlPlane.Model.Delivery;
using ControlPlane.Xds.Subscriptions;

namespace ControlPlane.Xds.Responses;

/// <summary>
/// What one response says, whoever it is for: streams of which the same is true share the plan and its encoded body. Only the nonce
/// differs.
/// </summary>
public sealed class ResponsePlan
{
    private readonly IReadOnlyList<EncodedResource> _updated;
    private NameSet? _names;
    private NameSet? _references;
    private EncodedBody? _body;

    internal ResponsePlan(
        XdsType type,
        XdsVariant variant,
        IReadOnlyList<EncodedResource> resources,
        IReadOnlyList<string> removed,
        IReadOnlyList<EncodedResource>? updated = null,
        IReadOnlyList<string>? absent = null)
    {
        Type = type;
        Variant = variant;
        Resources = resources;
        Removed = removed;
        Absent = absent ?? [];
        _updated = updated ?? resources;
        Version = HashOf(resources, removed);
    }

    /// <summary>The type.</summary>
    public XdsType Type { get; }

    /// <summary>How it is written.</summary>
    public XdsVariant Variant { get; }

    /// <summary>The resources, sorted by name, none twice (X29).</summary>
    public IReadOnlyList<EncodedResource> Resources { get; }

    /// <summary>Names for removed_resources, sorted, none of them in <see cref="Resources"/> (X51). Empty for state of the world.</summary>
    public IReadOnlyList<string> Removed { get; }

    /// <summary>Hash of the versions of the resources.</summary>
    public string Version { get; }

    /// <summary>Whether it names nothing.</summary>
    public bool IsEmpty => Resources.Count == 0 && Removed.Count == 0;

    /// <summary>Whether it says something even if it names nothing, namely that everything is gone (X25).</summary>
    public bool IsFinal { get; internal init; }

    /// <summary>
    /// Of clusters: those that a client which has other clusters already did not have. Empty for other types, and for a client that
    /// starts.
    /// </summary>
    public IReadOnlyList<EncodedResource> Added { get; internal init; } = [];

    /// <summary>All names in it.</summary>
    public NameSet Names => _names ??= NameSet.From(Resources.Select(r => r.Name).Concat(Removed));

    /// <summary>What those resources refer to that may be new to the client (of clusters: their EDS service names).</summary>
    public NameSet ReferencedNames => _references ??= NameSet.From(_updated.SelectMany(r => r.References));

    /// <summary>Endpoint sets that were asked for and never existed; whether they are empty or absent depends on the client's clusters.</summary>
    internal IReadOnlyList<string> Absent { get; }

    /// <summary>The plan encoded, once.</summary>
    internal EncodedBody Body(Func<ResponsePlan, EncodedBody> encode)
    {
        if (Volatile.Read(ref _body) is { } known)
            return known;
        var body = encode(this);
        return Interlocked.CompareExchange(ref _body, body, null) ?? body;
    }

    private static string HashOf(IReadOnlyList<EncodedResource> resources, IReadOnlyList<string> removed)
    {
        using var version = new ContentVersion();
        foreach (var resource in resources)
            version.Add(resource.Version);
        foreach (var name in removed)
            version.Add(name);
        return version.ToString();
    }
}
