using ControlPlane.Model.Delivery;
using ControlPlane.Model.Proxies;
using Grpc.Core;

namespace ControlPlane.Xds.NodeAuthorization;

/// <summary>Whether a caller may have the configuration of the node it names.</summary>
/// <param name="Code">OK, or the code that the stream ends with: UNAUTHENTICATED for bad credentials, PERMISSION_DENIED for another's node.</param>
/// <param name="Detail">Why not, for the client and the log.</param>
public sealed record NodeAuthorizationResult(StatusCode Code, string Detail)
{
    /// <summary>It may.</summary>
    public static NodeAuthorizationResult Allowed { get; } = new(StatusCode.OK, "");

    /// <summary>Which secrets it may have.</summary>
    public SecretAccess Secrets { get; init; }

    /// <summary>The secrets of the identity that the caller has proven; null where it has proven none. The stream disposes them.</summary>
    public IStreamSecrets? OwnSecrets { get; init; }

    /// <summary>When the caller's proof ends, and the stream with it; null for never.</summary>
    public DateTimeOffset? ValidUntil { get; init; }

    /// <summary>What the stream holds; null for nothing.</summary>
    public IStreamLease? Lease { get; init; }

    /// <summary>Whether it may.</summary>
    public bool IsAllowed => Code == StatusCode.OK;
}
