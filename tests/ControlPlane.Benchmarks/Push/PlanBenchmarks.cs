using BenchmarkDotNet.Attributes;
using ControlPlane.Model.Delivery;
using ControlPlane.Xds.Responses;
using ControlPlane.Xds.Subscriptions;

namespace ControlPlane.Benchmarks.Push;

/// <summary>
/// What a stream costs beside the network when one of 1,000 endpoint sets changes: the first stream of a class, which computes the
/// difference, and every other one, which finds it computed. Each operation is a change, its response and its ACK.
/// </summary>
[MemoryDiagnoser]
public class PlanBenchmarks
{
    private const int Services = 1000;
    private const int Streams = 100;

    private readonly Conversation[] _streams = new Conversation[Streams];
    private ConversationContext _context = null!;
    private ResourceSet _set = ResourceSet.Empty;
    private int _round;

    [GlobalSetup]
    public void SetUp()
    {
        _context = new ConversationContext();
        _set = ResourceSet.From(Enumerable.Range(0, Services).Select(i => Resource(i, 0)));
        var names = Enumerable.Range(0, Services).Select(NameOf).ToArray();
        for (var i = 0; i < Streams; i++)
        {
            _streams[i] = new Conversation(XdsVariant.Delta, _context, $"s{i}");
            _streams[i].Receive(XdsType.Endpoint, new DeltaRequest(names, []));
            Answer(_streams[i]);
        }
    }

    [Benchmark(OperationsPerInvoke = Streams)]
    public void ChangeForAHundredStreamsOfOneClass()
    {
        Change();
        foreach (var stream in _streams)
            Answer(stream);
    }

    [Benchmark]
    public void ChangeForTheFirstStreamOfAClass()
    {
        Change();
        Answer(_streams[0]);
    }

    private void Change()
    {
        _round++;
        var changed = Resource(_round % Services, _round);
        _set = _set.With([new(changed.Name, changed)]);
    }

    private void Answer(Conversation stream)
    {
        var config = new EncodedConfig(_round, new Dictionary<XdsType, ResourceSet> { [XdsType.Endpoint] = _set });
        while (stream.Next(config) is { } response)
            stream.Receive(response.Type, new DeltaRequest([], []) { Nonce = response.Nonce });
    }

    private static string NameOf(int service) => $"outbound|80||svc-{service}.ns-{service % 10}.svc.cluster.local";

    private static EncodedResource Resource(int service, int version) =>
        new(XdsType.Endpoint, NameOf(service), new byte[1750], $"v{version}", []);
}
