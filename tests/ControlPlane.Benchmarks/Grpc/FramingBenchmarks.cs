using System.IO.Pipelines;
using BenchmarkDotNet.Attributes;
using ControlPlane.Grpc.Wire;

namespace ControlPlane.Benchmarks.Grpc;

/// <summary>Writing and reading messages, without a network.</summary>
[MemoryDiagnoser]
public class FramingBenchmarks
{
    private readonly Pipe _pipe = new(new PipeOptions(pauseWriterThreshold: 0));
    private MessageWriter _writer = null!;
    private MessageReader _reader;

    [Params(100, 1_500, 100_000, 4_000_000)]
    public int Size { get; set; }

    [GlobalSetup]
    public void SetUp()
    {
        _writer = new MessageWriter(_pipe.Writer, null, null);
        _reader = new MessageReader(_pipe.Reader, int.MaxValue, gzip: false);
    }

    [Benchmark]
    public async Task WriteThenRead()
    {
        await _writer.WriteAsync(new PushMessage(1, Size), PushMessage.Method.ResponseMarshaller, CancellationToken.None);
        await _reader.ReadAsync(PushMessage.Method.ResponseMarshaller, CancellationToken.None);
    }
}
