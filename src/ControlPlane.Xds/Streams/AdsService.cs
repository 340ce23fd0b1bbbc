using System.Collections.Frozen;
using System.Security.Cryptography;
using ControlPlane.Model.Delivery;
using ControlPlane.Xds.Diagnostics;
using ControlPlane.Xds.NodeAuthorization;
using ControlPlane.Xds.Responses;
using ControlPlane.Xds.Subscriptions;
using Grpc.Core;
using Microsoft.Extensions.Logging;

namespace ControlPlane.Xds.Streams;

/// <summary>The aggregated discovery service: what its streams share, and the start of each.</summary>
internal sealed class AdsService
{
    /// <summary>Bytes of randomness that tell the nonces of this process from those of others.</summary>
    private const int ProcessTagBytes = 4;

    private static readonly FrozenDictionary<string, XdsType> Types = XdsTypes.All.ToFrozenDictionary(t => t.TypeUrl(), StringComparer.Ordinal);

    private readonly string _processTag = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(ProcessTagBytes));

    public AdsService(
        IConfigHub hub,
        INodeAuthorizer authorizer,
        StreamRegistry registry,
        XdsMetrics metrics,
        XdsOptions options,
        TimeProvider time,
        ILogger<AdsService> logger)
    {
        options.Validate();
        Hub = hub;
        Authorizer = authorizer;
        Registry = registry;
        Metrics = metrics;
        Options = options;
        Time = time;
        Logger = logger;
        Encoder = new ResponseEncoder(options.Identifier);
        Admission = new StreamAdmission(options.MaxNewStreamsPerSecond, time);
    }

    public IConfigHub Hub { get; }

    public INodeAuthorizer Authorizer { get; }

    public StreamRegistry Registry { get; }

    public XdsMetrics Metrics { get; }

    public XdsOptions Options { get; }

    public TimeProvider Time { get; }

    public ILogger Logger { get; }

    public ResponseEncoder Encoder { get; }

    public StreamAdmission Admission { get; }

    public ConversationContext Context { get; } = new();

    /// <summary>The type of a type URL; false where it is not served.</summary>
    public static bool TryGetType(string typeUrl, out XdsType type) => Types.TryGetValue(typeUrl, out type);

    /// <summary>Adds the methods of the service.</summary>
    public void Bind(ServiceBinderBase binder)
    {
        binder.AddMethod(AdsMethods.Sotw, (requests, responses, call) => ServeAsync(XdsVariant.StateOfTheWorld, requests, responses, call));
        binder.AddMethod(AdsMethods.Delta, (requests, responses, call) => ServeAsync(XdsVariant.Delta, requests, responses, call));
    }

    /// <summary>What the nonces of a stream begin with: nonces of other streams, replicas and earlier processes don't (X12).</summary>
    public string NoncePrefix(long stream) => $"{_processTag}.{stream:x}";

    private async Task ServeAsync(
        XdsVariant variant, IAsyncStreamReader<IncomingRequest> requests, IServerStreamWriter<AdsMessage> responses, ServerCallContext call)
    {
        var opening = new StreamOpening(this, call);
        StreamSession? session;
        try
        {
            // X4: an empty configuration would delete all that the client has.
            if (!Hub.IsReady)
                throw new RpcException(new Status(StatusCode.Unavailable, "the control plane has not read its sources yet"));
            session = await opening.OpenAsync(variant, requests).ConfigureAwait(false);
        }
        catch (RpcException e)
        {
            Metrics.OnRefused(e.StatusCode.ToString());
            XdsLog.Refused(Logger, call.Peer, e.StatusCode, e.Status.Detail);
            throw;
        }

        if (session is not null)
            await session.RunAsync(requests, responses).ConfigureAwait(false);
    }
}
