using System.Net;
using System.Text.Json;
using ControlPlane.Grpc.Client;
using ControlPlane.Translation.Envoy;
using Envoy.Config.Core.V3;
using Envoy.Service.Discovery.V3;
using Google.Protobuf;
using Grpc.Core;
using Metadata = Grpc.Core.Metadata;

namespace ControlPlane.FeatureTests.Support;

/// <summary>A state of the world ADS client over the real transport, for tests that look at the server around the protocol.</summary>
public sealed class AdsClient : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private static readonly Method<DiscoveryRequest, DiscoveryResponse> Stream = new(
        MethodType.DuplexStreaming, "envoy.service.discovery.v3.AggregatedDiscoveryService", "StreamAggregatedResources",
        Marshallers.Create(message => message.ToByteArray(), DiscoveryRequest.Parser.ParseFrom),
        Marshallers.Create(message => message.ToByteArray(), DiscoveryResponse.Parser.ParseFrom));

    private readonly GrpcChannel _channel;
    private readonly AsyncDuplexStreamingCall<DiscoveryRequest, DiscoveryResponse> _call;
    private readonly Dictionary<string, string[]> _names = [];
    private Node? _node;

    public AdsClient(IPEndPoint address)
        : this(GrpcChannel.ForAddress($"http://{address}"), Meshes.Node(), [])
    {
    }

    /// <param name="channel">The connection; disposed with the client.</param>
    /// <param name="node">The node, in protobuf's JSON form.</param>
    /// <param name="headers">Metadata of the stream.</param>
    public AdsClient(GrpcChannel channel, string node, Metadata headers)
    {
        using var document = JsonDocument.Parse(node);
        _node = ProtoJson.Parse<Node>(document.RootElement, []);
        _channel = channel;
        _call = _channel.CreateCallInvoker().AsyncDuplexStreamingCall(Stream, null, new CallOptions(headers));
    }

    /// <summary>Subscribes to names of a type, or to all of it, and reads the answer.</summary>
    public async Task<DiscoveryResponse> AskAsync(string typeUrl, params string[] names)
    {
        await TrySendAsync(typeUrl, names);
        var response = await ReadAsync();
        Assert.Equal(typeUrl, response.TypeUrl);
        return response;
    }

    /// <summary>Subscribes without waiting for the answer.</summary>
    public async Task SendAsync(string typeUrl, params string[] names)
    {
        _names[typeUrl] = names;
        await _call.RequestStream.WriteAsync(new DiscoveryRequest { Node = _node, TypeUrl = typeUrl, ResourceNames = { names } }).WaitAsync(Patience);
        _node = null;
    }

    /// <summary>Waits for the server to refuse the stream.</summary>
    public async Task<Status> RefusedAsync(string typeUrl)
    {
        await TrySendAsync(typeUrl);
        return (await Assert.ThrowsAsync<RpcException>(() => _call.ResponseStream.MoveNext(default).WaitAsync(Patience))).Status;
    }

    public Task AckAsync(DiscoveryResponse response) => _call.RequestStream.WriteAsync(new DiscoveryRequest
    {
        TypeUrl = response.TypeUrl, VersionInfo = response.VersionInfo, ResponseNonce = response.Nonce, ResourceNames = { _names[response.TypeUrl] },
    }).WaitAsync(Patience);

    /// <summary>Refuses a response.</summary>
    public Task NackAsync(DiscoveryResponse response, string reason) => _call.RequestStream.WriteAsync(new DiscoveryRequest
    {
        TypeUrl = response.TypeUrl, ResponseNonce = response.Nonce, ResourceNames = { _names[response.TypeUrl] },
        ErrorDetail = new Google.Rpc.Status { Message = reason },
    }).WaitAsync(Patience);

    public async Task<DiscoveryResponse> ReadAsync()
    {
        Assert.True(await _call.ResponseStream.MoveNext(default).WaitAsync(Patience), "the server ended the stream");
        return _call.ResponseStream.Current;
    }

    /// <summary>Waits for the server to end the stream, in order or with UNAVAILABLE.</summary>
    public async Task EndAsync()
    {
        try
        {
            Assert.False(await _call.ResponseStream.MoveNext(default).WaitAsync(Patience));
        }
        catch (RpcException end)
        {
            Assert.Equal(StatusCode.Unavailable, end.StatusCode);
        }
    }

    private async Task TrySendAsync(string typeUrl, params string[] names)
    {
        try
        {
            await SendAsync(typeUrl, names);
        }
        catch (RpcException)
        {
            // The stream was refused before the request was written; reading says why.
        }
    }

    public void Dispose()
    {
        _call.Dispose();
        _channel.Dispose();
    }
}
