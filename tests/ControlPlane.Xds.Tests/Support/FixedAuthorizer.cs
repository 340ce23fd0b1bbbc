using System.Collections.Concurrent;
using ControlPlane.Model.Proxies;
using ControlPlane.Xds.NodeAuthorization;
using Grpc.Core;

namespace ControlPlane.Xds.Tests.Support;

/// <summary>Gives everyone the same answer.</summary>
public sealed class FixedAuthorizer(NodeAuthorizationResult result) : INodeAuthorizer
{
    public ConcurrentQueue<ProxyDescriptor> Asked { get; } = new();

    public ValueTask<NodeAuthorizationResult> AuthorizeAsync(ProxyDescriptor proxy, ServerCallContext call, CancellationToken cancellationToken)
    {
        Asked.Enqueue(proxy);
        return new(result);
    }
}
