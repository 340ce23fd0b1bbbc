using ControlPlane.Model.Delivery;
using ControlPlane.Xds.Subscriptions;
using Envoy.Config.Core.V3;
using Envoy.Service.Discovery.V3;
using Grpc.Core;

namespace ControlPlane.Xds.Tests.Support;

/// <summary>A delta stream, with the generated messages.</summary>
public sealed class DeltaCall(CallInvoker invoker, CallOptions options) : IAdsCall
{
    private static readonly Method<DeltaDiscoveryRequest, DeltaDiscoveryResponse> Method =
        Wire.Method("DeltaAggregatedResources", DeltaDiscoveryRequest.Parser, DeltaDiscoveryResponse.Parser);

    private readonly AsyncDuplexStreamingCall<DeltaDiscoveryRequest, DeltaDiscoveryResponse> _call =
        invoker.AsyncDuplexStreamingCall(Method, null, options);

    public Task SendAsync(string typeUrl, SubscriptionRequest request, Node? node)
    {
        var delta = (DeltaRequest)request;
        var message = new DeltaDiscoveryRequest
        {
            Node = node,
            TypeUrl = typeUrl,
            ResourceNamesSubscribe = { delta.Subscribe },
            ResourceNamesUnsubscribe = { delta.Unsubscribe },
            ResponseNonce = request.Nonce,
            ErrorDetail = Wire.Error(request.Error),
        };
        foreach (var (name, version) in delta.InitialVersions)
            message.InitialResourceVersions.Add(name, version);
        return _call.RequestStream.WriteAsync(message);
    }

    public async Task<ReceivedResponse?> ReceiveAsync()
    {
        if (!await _call.ResponseStream.MoveNext())
            return null;
        var response = _call.ResponseStream.Current;
        LastIdentifier = response.ControlPlane?.Identifier ?? "";
        return new ReceivedResponse(
            XdsTypes.FromTypeUrl(response.TypeUrl)!.Value,
            response.Nonce,
            response.SystemVersionInfo,
            [.. response.Resources.Select(r => Wire.Resource(r.Version, r.Resource_.Value, r.Name))],
            [.. response.RemovedResources]);
    }

    public string LastIdentifier { get; private set; } = "";

    public Task CompleteAsync() => _call.RequestStream.CompleteAsync();

    public void Dispose() => _call.Dispose();
}
