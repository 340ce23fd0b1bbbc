using System.Collections.Concurrent;
using ControlPlane.Model.Delivery;
using Envoy.Config.Listener.V3;
using Envoy.Extensions.Filters.Network.HttpConnectionManager.V3;
using Envoy.Service.Discovery.V3;

namespace ControlPlane.Benchmarks.Load;

/// <summary>What all load clients saw together.</summary>
internal sealed class LoadStatistics
{
    private readonly ConcurrentDictionary<int, string[]> _routes = new();
    private long _messages;
    private long _bytes;
    private long _resources;

    /// <summary>Is called for every answer with its type and size in bytes.</summary>
    public Action<XdsType, int>? Watch { get; set; }

    public (long Messages, long Bytes, long Resources) Take() =>
        (Interlocked.Exchange(ref _messages, 0), Interlocked.Exchange(ref _bytes, 0), Interlocked.Exchange(ref _resources, 0));

    public void OnAnswer(XdsType type, int bytes, int resources)
    {
        Interlocked.Increment(ref _messages);
        Interlocked.Add(ref _bytes, bytes);
        Interlocked.Add(ref _resources, resources);
        Watch?.Invoke(type, bytes);
    }

    /// <summary>The routes that the listeners of an answer name, decoded once per distinct list of versions.</summary>
    public string[] RoutesOf(Answer answer)
    {
        var hash = new HashCode();
        foreach (var version in answer.Versions)
            hash.Add(version);
        return _routes.GetOrAdd(hash.ToHashCode(), _ => Decode(answer.Bytes));
    }

    private static string[] Decode(ReadOnlyMemory<byte> bytes) =>
        [.. DeltaDiscoveryResponse.Parser.ParseFrom(bytes.Span).Resources
            .Select(r => r.Resource_.Unpack<Listener>())
            .SelectMany(l => l.FilterChains.Append(l.DefaultFilterChain))
            .Where(c => c is not null)
            .SelectMany(c => c.Filters)
            .Where(f => f.TypedConfig.Is(HttpConnectionManager.Descriptor))
            .Select(f => f.TypedConfig.Unpack<HttpConnectionManager>())
            .Where(h => h.Rds is not null)
            .Select(h => h.Rds.RouteConfigName)
            .Distinct()];
}
