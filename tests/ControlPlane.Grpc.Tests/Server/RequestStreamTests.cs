using Grpc.Core;

namespace ControlPlane.Grpc.Tests.Server;

/// <summary>Reading all requests of a stream by one call.</summary>
public sealed class RequestStreamTests
{
    [Fact]
    public async Task ForEach_AnyReader_TakesOneAfterTheOtherToTheEnd()
    {
        var taken = new List<string>();
        var gate = new TaskCompletionSource();
        var all = new ListReader(["a", "b", "c"]).ForEachAsync(taken, (list, text) =>
        {
            list.Add(text);
            return text == "b" ? gate.Task : Task.CompletedTask;
        });
        Assert.Equal(["a", "b"], taken);
        gate.SetResult();
        await all;
        Assert.Equal(["a", "b", "c"], taken);
    }

    [Fact]
    public async Task ForEach_TheFunctionFails_EndsWithItsException()
    {
        var all = new ListReader(["a"]).ForEachAsync(0, static (_, _) => throw new InvalidOperationException("full"));
        Assert.Equal("full", (await Assert.ThrowsAsync<InvalidOperationException>(() => all)).Message);
    }

    private sealed class ListReader(IReadOnlyList<string> items) : IAsyncStreamReader<string>
    {
        private int _next;

        public string Current => items[_next - 1];

        public Task<bool> MoveNext(CancellationToken cancellationToken) => Task.FromResult(_next++ < items.Count);
    }
}
