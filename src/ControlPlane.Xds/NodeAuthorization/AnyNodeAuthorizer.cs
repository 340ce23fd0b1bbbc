using ControlPlane.Model.Proxies;
using Grpc.Core;

namespace ControlPlane.Xds.NodeAuthorization;

/// <summary>Takes every caller's word for who it is, as the plaintext port does.</summary>
public sealed class AnyNodeAuthorizer : INodeAuthorizer
{
    /// <inheritdoc/>
    public ValueTask<NodeAuthorizationResult> AuthorizeAsync(
        ProxyDescriptor proxy, ServerCallContext call, CancellationToken cancellationToken) => new(NodeAuthorizationResult.Allowed);
}
