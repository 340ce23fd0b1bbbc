using ControlPlane.Model.Delivery;
using ControlPlane.Xds.Subscriptions;
using Envoy.Config.Core.V3;
using Envoy.Service.Discovery.V3;
using Grpc.Core;

namespace ControlPlane.Xds.Tests.Support;

/// <summary>A state of the world stream, with the generated messages.</summary>
public sealed class SotwCall(CallInvoker invoker, CallOptions options) : IAdsCall
{
    private static readonly Method<DiscoveryRequest, DiscoveryResponse> Method =
        Wire.Method("StreamAggregatedResources", DiscoveryRequest.Parser, DiscoveryResponse.Parser);

    private readonly AsyncDuplexStreamingCall<DiscoveryRequest, DiscoveryResponse> _call = invoker.AsyncDuplexStreamingCall(Method, null, options);

    public Task SendAsync(string typeUrl, SubscriptionRequest request, Node? node) => _call.RequestStream.WriteAsync(new DiscoveryRequest
    {
        Node = node,
        TypeUrl = typeUrl,
        ResourceNames = { ((SotwRequest)request).Names },
        ResponseNonce = request.Nonce,
        VersionInfo = request.Nonce.Length > 0 ? "v" : ((SotwRequest)request).Version,
        ErrorDetail = Wire.Error(request.Error),
    });

    public async Task<ReceivedResponse?> ReceiveAsync()
    {
        if (!await _call.ResponseStream.MoveNext())
            return null;
        var response = _call.ResponseStream.Current;
        LastIdentifier = response.ControlPlane?.Identifier ?? "";
        return new ReceivedResponse(
            XdsTypes.FromTypeUrl(response.TypeUrl)!.Value,
            response.Nonce,
            response.VersionInfo,
            [.. response.Resources.Select(r => Wire.Resource("", r.Value))],
            []);
    }

    public string LastIdentifier { get; private set; } = "";

    public Task CompleteAsync() => _call.RequestStream.CompleteAsync();

    public void Dispose() => _call.Dispose();
}
