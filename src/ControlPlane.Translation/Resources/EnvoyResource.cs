using ControlPlane.Model.Collections;
using ControlPlane.Model.Delivery;
using Google.Protobuf;

namespace ControlPlane.Translation.Resources;

/// <summary>A resource as a message, before it is encoded. It lives no longer than the computation that encodes it.</summary>
/// <param name="Type">Its type.</param>
/// <param name="Name">Its name.</param>
/// <param name="Message">The message; nobody writes to it after this record was made.</param>
public sealed record EnvoyResource(XdsType Type, string Name, IMessage Message)
{
    /// <summary>What it makes the client ask for; see <see cref="EncodedResource.References"/>.</summary>
    public EquatableArray<string> References { get; init; }

    /// <summary>
    /// Whether the reader is a gRPC library: it asks less of a message than Envoy (no names of statistics, of inline virtual hosts), so that
    /// Envoy's rules must not hold it back.
    /// </summary>
    public bool ForGrpc { get; init; }
}
