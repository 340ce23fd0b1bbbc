using System.Threading.Channels;
using ControlPlane.Grpc.Server;
using ControlPlane.Model.Delivery;
using Envoy.Config.Endpoint.V3;
using Envoy.Config.Route.V3;
using Envoy.Service.Discovery.V3;
using Google.Protobuf;
using Grpc.Core;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Logging;

namespace ControlPlane.EndToEnd.Loading;

/// <summary>
/// A delta ADS server for one Envoy, on a Unix socket: it leads the client from one set of answers to the next and knows of every response whether
/// it was accepted. Deliberately not the product's server: what fails here is the resources' fault.
/// </summary>
internal sealed class LoadingAds : IAsyncDisposable
{
    private static readonly XdsType[] Order =
        [XdsType.Cluster, XdsType.Secret, XdsType.Endpoint, XdsType.Listener, XdsType.Route, XdsType.ExtensionConfig];

    private static readonly Method<DeltaDiscoveryRequest, DeltaDiscoveryResponse> Delta = new(
        MethodType.DuplexStreaming,
        "envoy.service.discovery.v3.AggregatedDiscoveryService",
        "DeltaAggregatedResources",
        Marshallers.Create(m => m.ToByteArray(), DeltaDiscoveryRequest.Parser.ParseFrom),
        Marshallers.Create(m => m.ToByteArray(), DeltaDiscoveryResponse.Parser.ParseFrom));

    private readonly WebApplication _app;
    private readonly WorkloadSecrets _secrets;
    private readonly Lock _lock = new();
    private readonly Dictionary<XdsType, Dictionary<string, string>> _sent = Order.ToDictionary(t => t, _ => new Dictionary<string, string>(StringComparer.Ordinal));
    private readonly Dictionary<XdsType, HashSet<string>> _asked = Order.ToDictionary(t => t, _ => new HashSet<string>(StringComparer.Ordinal));
    private readonly HashSet<XdsType> _greeted = [];
    private readonly Dictionary<string, XdsType> _unanswered = [];
    private readonly List<string> _refusals = [];
    private Channel<DeltaDiscoveryResponse>? _out;
    private Answers _answers = new();
    private int _nonce;

    private LoadingAds(WebApplication app, string socketPath, WorkloadSecrets secrets)
    {
        _app = app;
        _secrets = secrets;
        SocketPath = socketPath;
    }

    public string SocketPath { get; }

    /// <summary>Responses that the client has neither accepted nor refused.</summary>
    public IReadOnlyList<XdsType> Unanswered
    {
        get
        {
            lock (_lock)
            {
                return [.. _unanswered.Values];
            }
        }
    }

    public static async Task<LoadingAds> StartAsync(string socketPath, WorkloadSecrets secrets)
    {
        var options = new GrpcServerOptions { MaxReceiveMessageSize = 64 << 20 };
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseGrpcTransport().ConfigureKestrel(kestrel =>
        {
            kestrel.ListenUnixSocket(socketPath, listen => listen.UseGrpcH2c(options));
        });
        var app = builder.Build();
        var ads = new LoadingAds(app, socketPath, secrets);
        app.MapGrpcService(binder => binder.AddMethod(Delta, ads.ServeAsync), options);
        await app.StartAsync();
        return ads;
    }

    /// <summary>Begins to send what differs between the answers sent so far and these.</summary>
    public void Lead(Answers answers)
    {
        lock (_lock)
        {
            _answers = answers;
            foreach (var type in Order)
                Send(type);
        }
    }

    /// <summary>Refusals since the last call, with the client's words.</summary>
    public IReadOnlyList<string> TakeRefusals()
    {
        lock (_lock)
        {
            string[] taken = [.. _refusals];
            _refusals.Clear();
            return taken;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync(new CancellationToken(canceled: true));
        await _app.DisposeAsync();
    }

    private async Task ServeAsync(
        IAsyncStreamReader<DeltaDiscoveryRequest> requests, IServerStreamWriter<DeltaDiscoveryResponse> responses, ServerCallContext context)
    {
        var queue = Channel.CreateUnbounded<DeltaDiscoveryResponse>();
        lock (_lock)
        {
            if (_out is not null)
                throw new InvalidOperationException("one client with one stream");
            _out = queue;
        }

        var writing = WriteAsync(queue.Reader, responses, context.CancellationToken);
        while (await requests.MoveNext(context.CancellationToken))
        {
            lock (_lock)
            {
                Take(requests.Current);
            }
        }

        queue.Writer.Complete();
        await writing;
    }

    private static async Task WriteAsync(ChannelReader<DeltaDiscoveryResponse> queue, IServerStreamWriter<DeltaDiscoveryResponse> responses, CancellationToken stop)
    {
        await foreach (var response in queue.ReadAllAsync(stop))
            await responses.WriteAsync(response, stop);
    }

    private void Take(DeltaDiscoveryRequest request)
    {
        if (XdsTypes.FromTypeUrl(request.TypeUrl) is not { } type)
            return;
        if (request.ResponseNonce.Length > 0)
        {
            _unanswered.Remove(request.ResponseNonce);
            if (request.ErrorDetail is { } error)
                _refusals.Add($"{type.ShortName()} refused: {error.Message}");
        }

        var first = _greeted.Add(type);
        foreach (var name in request.ResourceNamesUnsubscribe)
        {
            _asked[type].Remove(name);
            _sent[type].Remove(name);
        }

        foreach (var name in request.ResourceNamesSubscribe)
        {
            _asked[type].Add(name);
            _sent[type].Remove(name);
        }

        if (first || request.ResourceNamesSubscribe.Count > 0)
            Send(type, first);
    }

    /// <summary>Sends what the client doesn't have of a type; nothing before it asked for the type.</summary>
    private void Send(XdsType type, bool first = false)
    {
        if (_out is null || !_greeted.Contains(type))
            return;
        var sent = _sent[type];
        var response = new DeltaDiscoveryResponse { TypeUrl = type.TypeUrl() };
        foreach (var name in type.AllowsWildcard() ? sent.Keys.Except(_answers[type].Keys).ToList() : [])
        {
            response.RemovedResources.Add(name);
            sent.Remove(name);
        }

        foreach (var name in type.AllowsWildcard() ? _answers[type].Keys : _asked[type].Order(StringComparer.Ordinal))
            Add(response, type, name);
        if (type == XdsType.Cluster)
            RepeatEndpointsOf(response);
        if (!first && response.Resources.Count + response.RemovedResources.Count == 0)
            return;
        response.Nonce = $"{++_nonce}";
        _unanswered.Add(response.Nonce, type);
        _out.Writer.TryWrite(response);
    }

    private void Add(DeltaDiscoveryResponse response, XdsType type, string name)
    {
        const string gone = "gone";
        var answer = _answers[type].GetValueOrDefault(name) ?? Stand(type, name);
        if (_sent[type].GetValueOrDefault(name) == (answer?.Version ?? gone))
            return;
        _sent[type][name] = answer?.Version ?? gone;
        if (answer is null)
            response.RemovedResources.Add(name);
        else
            response.Resources.Add(new Resource { Name = name, Version = answer.Version, Resource_ = answer.Resource });
    }

    /// <summary>
    /// What stands for a resource that there is none of: endpoints that are told removed would stay, a route that is told removed keeps its listener
    /// warming for ever. Certificates of the workload are the server's, since no case has any.
    /// </summary>
    private Answer? Stand(XdsType type, string name) => type switch
    {
        XdsType.Endpoint => Answer.Of(type, new ClusterLoadAssignment { ClusterName = name }.ToByteString()),
        XdsType.Route => Answer.Of(type, new RouteConfiguration { Name = name }.ToByteString()),
        XdsType.Secret when _secrets.Of(name) is { } secret => Answer.Of(type, secret.ToByteString()),
        _ => null,
    };

    /// <summary>A changed cluster warms until its endpoints come again, even if they are the same.</summary>
    private void RepeatEndpointsOf(DeltaDiscoveryResponse clusters)
    {
        foreach (var resource in clusters.Resources)
        {
            var cluster = resource.Resource_.Unpack<global::Envoy.Config.Cluster.V3.Cluster>();
            var name = cluster.EdsClusterConfig?.ServiceName is { Length: > 0 } service ? service : cluster.Name;
            _sent[XdsType.Endpoint].Remove(name);
        }
    }
}
