using ControlPlane.Model.Proxies;
using ControlPlane.Xds.Subscriptions;

namespace ControlPlane.Xds.Diagnostics;

/// <summary>One connected stream.</summary>
/// <param name="Id">Its number in this process.</param>
/// <param name="Proxy">Who it says it is.</param>
/// <param name="Variant">How it speaks.</param>
/// <param name="Peer">Its address.</param>
/// <param name="ConnectedAt">When it was accepted.</param>
/// <param name="BytesSent">Bytes of all responses.</param>
/// <param name="Types">The types that it has asked for, in push order.</param>
public sealed record StreamStatus(
    long Id,
    ProxyDescriptor Proxy,
    XdsVariant Variant,
    string Peer,
    DateTimeOffset ConnectedAt,
    long BytesSent,
    IReadOnlyList<TypeStatus> Types);
