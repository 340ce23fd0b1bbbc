using ControlPlane.Model.Collections;
using ControlPlane.Model.Delivery;
using ControlPlane.Model.Objects;
using Google.Protobuf;

namespace ControlPlane.Translation.Resources;

/// <summary>A resource as a message, before it is encoded. It lives no longer than the computation that encodes it.</summary>
public sealed record EnvoyResource
{
    private readonly ComposedMessage? _composition;
    private IMessage? _message;

    /// <summary>A resource with its message.</summary>
    /// <param name="type">Its type.</param>
    /// <param name="name">Its name.</param>
    /// <param name="message">The message; nobody writes to it after this record was made.</param>
    public EnvoyResource(XdsType type, string name, IMessage message)
    {
        Type = type;
        Name = name;
        _message = message;
    }

    /// <summary>A resource whose message is said by its parts.</summary>
    /// <param name="type">Its type.</param>
    /// <param name="name">Its name.</param>
    /// <param name="composition">The message.</param>
    public EnvoyResource(XdsType type, string name, ComposedMessage composition)
    {
        Type = type;
        Name = name;
        _composition = composition;
    }

    /// <summary>Its type.</summary>
    public XdsType Type { get; }

    /// <summary>Its name.</summary>
    public string Name { get; }

    /// <summary>The message, made when it is first asked for. Not to be written to.</summary>
    public IMessage Message
    {
        get => _message ??= _composition!.Whole();
        init => (_message, _composition) = (value, null);
    }

    /// <summary>The message by its parts; null where it is not said so.</summary>
    public ComposedMessage? Composition
    {
        get => _composition;
        init => (_message, _composition) = (value is null ? Message : null, value);
    }

    /// <summary>What it makes the client ask for; see <see cref="EncodedResource.References"/>.</summary>
    public EquatableArray<string> References { get; init; }

    /// <summary>The EnvoyFilters that may have changed it, for whoever is told that it is refused.</summary>
    public EquatableArray<ObjectKey> PatchedBy { get; init; }

    /// <summary>
    /// Whether the reader is a gRPC library: it asks less of a message than Envoy (no names of statistics, of inline virtual hosts), so that
    /// Envoy's rules must not hold it back.
    /// </summary>
    public bool ForGrpc { get; init; }
}
