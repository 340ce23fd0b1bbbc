using ControlPlane.Model.Proxies;
using Grpc.Core;

namespace ControlPlane.Xds.NodeAuthorization;

/// <summary>Decides whether a caller may speak for a node, before any configuration is computed for it (X6).</summary>
public interface INodeAuthorizer
{
    /// <summary>Decides about a stream.</summary>
    /// <param name="proxy">Who the caller says it is.</param>
    /// <param name="call">What the transport knows about the caller.</param>
    /// <param name="cancellationToken">Ends with the stream.</param>
    ValueTask<NodeAuthorizationResult> AuthorizeAsync(ProxyDescriptor proxy, ServerCallContext call, CancellationToken cancellationToken);
}
