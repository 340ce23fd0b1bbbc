using ControlPlane.Model.Proxies;
using ControlPlane.Xds.Nodes;
using ControlPlane.Xds.Subscriptions;
using Envoy.Config.Core.V3;
using Grpc.Core;

namespace ControlPlane.Xds.Streams;

/// <summary>The part of a stream before it is one: who calls, and may it.</summary>
internal sealed class StreamOpening(AdsService service, ServerCallContext call)
{
    // The agent of a VM reports its health on the same stream, maybe before Envoy has asked anything. It is never answered (X3).
    private const string HealthTypeUrl = "type.googleapis.com/istio.v1.HealthInformation";

    /// <summary>Reads up to the first request and makes the session; null if the client leaves before.</summary>
    /// <exception cref="RpcException">The stream is refused; nothing was registered.</exception>
    public async Task<StreamSession?> OpenAsync(XdsVariant variant, IAsyncStreamReader<IncomingRequest> requests)
    {
        Node? node = null;
        IncomingRequest first;
        do
        {
            if (!await requests.MoveNext(CancellationToken.None).ConfigureAwait(false))
                return null;
            first = requests.Current;
            node ??= first.Node;
        }
        while (first.TypeUrl == HealthTypeUrl);

        var proxy = Read(node);
        var result = await service.Authorizer.AuthorizeAsync(proxy, call, call.CancellationToken).ConfigureAwait(false);
        if (!result.IsAllowed)
            throw new RpcException(new Status(result.Code, result.Detail));
        try
        {
            // After the caller is known: one that is over its own limit takes no turn of the others'.
            await service.Admission.WaitAsync(call.CancellationToken).ConfigureAwait(false);
        }
        catch
        {
            result.Lease?.Dispose();
            result.OwnSecrets?.Dispose();
            throw;
        }

        return new StreamSession(service, call, variant, proxy with { SecretAccess = result.Secrets }, first, result);
    }

    private static ProxyDescriptor Read(Node? node)
    {
        try
        {
            return NodeReader.Read(node);
        }
        catch (InvalidNodeException e)
        {
            throw new RpcException(new Status(StatusCode.InvalidArgument, e.Message));
        }
    }
}
