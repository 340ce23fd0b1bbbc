using ControlPlane.Model.Collections;

namespace ControlPlane.Model.Delivery;

/// <summary>
/// One resource as it goes on the wire: encoded a single time, its bytes shared by every stream. Two encodings of one message
/// have the same version on every replica and after every restart.
/// </summary>
public sealed class EncodedResource
{
    /// <summary>Makes an encoded resource.</summary>
    /// <param name="type">Its type.</param>
    /// <param name="name">Its name, as subscriptions name it.</param>
    /// <param name="body">The protobuf bytes of the message itself (what goes into Any.value).</param>
    /// <param name="version">Content hash of type, name and bytes.</param>
    /// <param name="references">Names of the resources of the next type that it needs; see <see cref="References"/>.</param>
    public EncodedResource(XdsType type, string name, ReadOnlyMemory<byte> body, string version, EquatableArray<string> references)
    {
        Type = type;
        Name = name;
        Body = body;
        Version = version;
        References = references;
    }

    /// <summary>Its type.</summary>
    public XdsType Type { get; }

    /// <summary>Its name.</summary>
    public string Name { get; }

    /// <summary>The protobuf bytes of the message itself. Never written to after construction.</summary>
    public ReadOnlyMemory<byte> Body { get; }

    /// <summary>Content hash: equal exactly when type, name and bytes are (X52).</summary>
    public string Version { get; }

    /// <summary>
    /// What this resource makes the client ask for: of a cluster its EDS service name if it takes endpoints by EDS, of a listener
    /// the names of its RDS route configurations, sorted. Empty for other types.
    /// </summary>
    public EquatableArray<string> References { get; }

    /// <summary>Whether two encodings are the same resource with the same content.</summary>
    public bool SameContent(EncodedResource? other) =>
        ReferenceEquals(this, other)
        || (other is not null && Type == other.Type
            && string.Equals(Version, other.Version, StringComparison.Ordinal) && string.Equals(Name, other.Name, StringComparison.Ordinal));
}
