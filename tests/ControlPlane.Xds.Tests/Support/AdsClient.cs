using ControlPlane.Grpc.Client;
using ControlPlane.Model.Delivery;
using ControlPlane.Xds.Subscriptions;
using Envoy.Config.Core.V3;
using Grpc.Core;

namespace ControlPlane.Xds.Tests.Support;

/// <summary>A client that does what the test says, over a real connection.</summary>
public sealed class AdsClient : IDisposable
{
    public const string DefaultNodeId = "sidecar~10.0.0.1~web-1.shop~shop.svc.cluster.local";

    /// <summary>A resource that every configuration of a test has, of the two types that are pushed last.</summary>
    public const string BarrierName = "barrier";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly CancellationTokenSource _cancellation = new();
    private readonly Dictionary<XdsType, IReadOnlyCollection<string>> _names = [];
    private readonly IAdsCall _call;
    private readonly string _nodeId;
    private bool _barrierOpened;

    public AdsClient(GrpcChannel channel, XdsVariant variant, string nodeId = DefaultNodeId)
    {
        Variant = variant;
        _nodeId = nodeId;
        var invoker = channel.CreateCallInvoker();
        var options = new CallOptions(cancellationToken: _cancellation.Token);
        _call = variant == XdsVariant.Delta ? new DeltaCall(invoker, options) : new SotwCall(invoker, options);
    }

    public XdsVariant Variant { get; }

    /// <summary>The node of the first message; null once it was sent.</summary>
    public Node? Node { get; set; }

    public bool SendNode { get; set; } = true;

    public string LastIdentifier => _call.LastIdentifier;

    public bool IsDelta => Variant == XdsVariant.Delta;

    /// <summary>Subscribes in the words of the variant: no names for all resources, where the type allows it.</summary>
    public Task SubscribeAsync(XdsType type, params string[] names)
    {
        _names[type] = names;
        return SendAsync(type, IsDelta ? new DeltaRequest(names, []) : new SotwRequest(names));
    }

    /// <summary>Subscribes on a stream that the server may end at any time; <see cref="EndAsync"/> tells how.</summary>
    public async Task TrySubscribeAsync(XdsType type, params string[] names)
    {
        try
        {
            await SubscribeAsync(type, names);
        }
        catch (RpcException)
        {
            // The status is read at the end of the stream.
        }
    }

    /// <summary>Changes a subscription after a response, in the words of the variant.</summary>
    public Task ChangeAsync(ReceivedResponse last, string[] add, string[] remove)
    {
        var names = _names.GetValueOrDefault(last.Type, []).Union(add).Except(remove).ToArray();
        _names[last.Type] = names;
        return SendAsync(last.Type, IsDelta ? new DeltaRequest(add, remove) : new SotwRequest(names) { Nonce = last.Nonce });
    }

    public Task AckAsync(ReceivedResponse response) => AnswerAsync(response, null);

    public Task NackAsync(ReceivedResponse response, string reason = "no") => AnswerAsync(response, new NackDetail(13, reason));

    public Task SendAsync(XdsType type, SubscriptionRequest request) => SendAsync(type.TypeUrl(), request);

    public Task SendAsync(string typeUrl, SubscriptionRequest request)
    {
        var node = SendNode ? Node ?? new Node { Id = _nodeId } : null;
        SendNode = false;
        return _call.SendAsync(typeUrl, request, node).WaitAsync(Patience);
    }

    /// <summary>The next response that is not a barrier's.</summary>
    public async Task<ReceivedResponse> ReceiveAsync()
    {
        while (true)
        {
            var response = await ReceiveAnyAsync();
            if (!IsBarrier(response))
                return response;
        }
    }

    /// <summary>The next response, which must be of that type; it is accepted.</summary>
    public async Task<ReceivedResponse> AcceptAsync(XdsType type)
    {
        var response = await ReceiveAsync();
        Assert.Equal(type, response.Type);
        await AckAsync(response);
        return response;
    }

    /// <summary>
    /// Everything that the server had to say to the requests sent so far. It asks for a resource that never changes and waits for it:
    /// requests are taken in order, and what they lead to is said before types that come late in the push order.
    /// </summary>
    public async Task<IReadOnlyList<ReceivedResponse>> DrainAsync()
    {
        if (!_barrierOpened)
            await SendAsync(XdsType.ProxyConfig, IsDelta ? new DeltaRequest([], []) : new SotwRequest([]));
        var name = IsDelta && _barrierOpened ? new[] { BarrierName } : [];
        _barrierOpened = true;
        await SendAsync(XdsType.NameTable, IsDelta ? new DeltaRequest(name, []) : new SotwRequest(name));
        return await CollectAsync(r => r.Type == XdsType.NameTable);
    }

    /// <summary>Everything that the server says up to and including a configuration, but for removals of clusters. Needs <see cref="DrainAsync"/> before.</summary>
    public Task<IReadOnlyList<ReceivedResponse>> UntilAsync(string snapshot) =>
        CollectAsync(r => r.Type == XdsType.ProxyConfig && r.Resources.Single().Content.Content == snapshot);

    /// <summary>Nothing is sent.</summary>
    public async Task AssertQuietAsync() => Assert.Empty(await DrainAsync());

    /// <summary>Says that no more requests come, and reads to the end.</summary>
    public async Task<Status> CompleteAsync()
    {
        await _call.CompleteAsync();
        return await EndAsync();
    }

    /// <summary>Reads to the end of the stream.</summary>
    public async Task<Status> EndAsync()
    {
        try
        {
            while (await _call.ReceiveAsync().WaitAsync(Patience) is not null)
            {
            }

            return Status.DefaultSuccess;
        }
        catch (RpcException e)
        {
            return e.Status;
        }
    }

    public async Task<ReceivedResponse> ReceiveAnyAsync() =>
        await _call.ReceiveAsync().WaitAsync(Patience) ?? throw new InvalidOperationException("the server ended the stream");

    public void Dispose()
    {
        _cancellation.Cancel();
        _call.Dispose();
        _cancellation.Dispose();
    }

    private static bool IsBarrier(ReceivedResponse response) => response.Type is XdsType.ProxyConfig or XdsType.NameTable;

    private async Task<IReadOnlyList<ReceivedResponse>> CollectAsync(Func<ReceivedResponse, bool> reached)
    {
        var responses = new List<ReceivedResponse>();
        while (true)
        {
            var response = await ReceiveAnyAsync();
            if (!IsBarrier(response))
                responses.Add(response);
            else if (reached(response))
                return responses;
        }
    }

    private Task AnswerAsync(ReceivedResponse response, NackDetail? error) => SendAsync(
        response.Type,
        IsDelta
            ? new DeltaRequest([], []) { Nonce = response.Nonce, Error = error }
            : new SotwRequest(_names.GetValueOrDefault(response.Type, [])) { Nonce = response.Nonce, Error = error });
}
