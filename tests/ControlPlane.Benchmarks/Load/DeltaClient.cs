using System.Net;
using ControlPlane.Model.Delivery;
using Envoy.Config.Core.V3;
using Envoy.Service.Discovery.V3;
using Google.Protobuf;

namespace ControlPlane.Benchmarks.Load;

/// <summary>
/// Behaves towards the server as an Envoy does over delta ADS: clusters, then their endpoints, then listeners, then their routes;
/// acknowledges everything; on reconnect brings the versions that it has. Decodes no more than names and versions, and what it
/// must ask for only once per distinct answer.
/// </summary>
internal sealed class DeltaClient(IPEndPoint server, Node node, LoadStatistics statistics, ClientSecurity? security = null) : IDisposable
{
    private const string Path = "/envoy.service.discovery.v3.AggregatedDiscoveryService/DeltaAggregatedResources";
    private readonly Dictionary<XdsType, Dictionary<string, string>> _versions = [];
    private readonly HashSet<XdsType> _subscribed = [];
    private Http2Connection? _connection;
    private Task _receiving = Task.CompletedTask;

    public TaskCompletionSource Synced { get; private set; } = NewCompletion();

    public long BytesReceived => _connection?.BytesReceived ?? 0;

    /// <summary>Number of responses received on the present connection.</summary>
    public int Responses { get; private set; }

    public async Task StartAsync(bool bringVersions)
    {
        Synced = NewCompletion();
        _subscribed.Clear();
        if (!bringVersions)
            _versions.Clear();
        Responses = 0;
        _connection = new Http2Connection();
        await _connection.ConnectAsync(server, Path, security);
        var connection = _connection;
        _receiving = Task.Run(() => connection.ReceiveAsync(OnMessage));
        await SubscribeAsync(XdsType.Cluster, [], first: true);
        if (bringVersions)
        {
            await SubscribeAsync(XdsType.Endpoint, _versions[XdsType.Endpoint].Keys, first: false);
            await SubscribeAsync(XdsType.Listener, [], first: false);
            await SubscribeAsync(XdsType.Route, _versions[XdsType.Route].Keys, first: false);
        }
    }

    public async Task StopAsync()
    {
        _connection?.Dispose();
        await _receiving;
    }

    public void Dispose() => _connection?.Dispose();

    private static TaskCompletionSource NewCompletion() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private void OnMessage(ReadOnlyMemory<byte> bytes)
    {
        Responses++;
        var answer = AnswerReader.Read(bytes);
        if (answer.Type is not { } type)
            return;
        statistics.OnAnswer(type, bytes.Length, answer.Names.Count);
        if (!_versions.TryGetValue(type, out var versions))
            _versions[type] = versions = [];
        for (var i = 0; i < answer.Names.Count; i++)
            versions[answer.Names[i]] = answer.Versions[i];
        foreach (var name in answer.Removed)
            versions.Remove(name);
        // The bytes are gone when this method returns: what is needed of them is read now.
        var routes = type == XdsType.Listener && !_subscribed.Contains(XdsType.Route) ? statistics.RoutesOf(answer) : [];
        _ = AcknowledgeAsync(type, answer, routes);
    }

    private async Task AcknowledgeAsync(XdsType type, Answer answer, string[] routes)
    {
        await SendAsync(new DeltaDiscoveryRequest { TypeUrl = type.TypeUrl(), ResponseNonce = answer.Nonce });
        switch (type)
        {
            case XdsType.Cluster when _subscribed.Add(XdsType.Endpoint):
                await SubscribeAsync(XdsType.Endpoint, answer.Names.Where(n => n.StartsWith("outbound|", StringComparison.Ordinal)), first: false);
                break;
            case XdsType.Endpoint when _subscribed.Add(XdsType.Listener):
                await SubscribeAsync(XdsType.Listener, [], first: false);
                break;
            case XdsType.Listener when _subscribed.Add(XdsType.Route):
                await SubscribeAsync(XdsType.Route, routes, first: false);
                break;
            case XdsType.Route:
                Synced.TrySetResult();
                break;
        }
    }

    private Task SubscribeAsync(XdsType type, IEnumerable<string> names, bool first)
    {
        _subscribed.Add(type);
        var request = new DeltaDiscoveryRequest { TypeUrl = type.TypeUrl() };
        if (first)
            request.Node = node;
        request.ResourceNamesSubscribe.AddRange(names);
        if (_versions.TryGetValue(type, out var versions))
        {
            foreach (var (name, version) in versions)
                request.InitialResourceVersions[name] = version;
        }

        return SendAsync(request);
    }

    private Task SendAsync(DeltaDiscoveryRequest request) => _connection!.SendAsync(request.ToByteArray());
}
