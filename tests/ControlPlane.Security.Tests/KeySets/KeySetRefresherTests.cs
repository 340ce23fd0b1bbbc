using ControlPlane.Security.KeySets;
using ControlPlane.Security.Tests.Support;
using Microsoft.Extensions.Logging.Abstractions;

namespace ControlPlane.Security.Tests.KeySets;

public sealed class KeySetRefresherTests
{
    private static readonly KeySetLocation A = new("a", false, TimeSpan.FromSeconds(1)), B = new("b", false, TimeSpan.FromSeconds(1));

    private readonly ManualClock _clock = new();
    private readonly List<string> _fetched = [];
    private readonly KeySetRefresher _refresher;
    private Func<string, Task<string>> _answer = static name => Task.FromResult("keys of " + name);

    public KeySetRefresherTests() => _refresher = new KeySetRefresher(
        (location, _) =>
        {
            _fetched.Add(location.Name);
            return _answer(location.Name);
        },
        _clock, NullLogger<KeySetRefresher>.Instance);

    [Fact]
    public void Set_IsFetchedOnce_AndAgainAfterTwentyMinutes()
    {
        Assert.Empty(Step(A, B));
        Assert.Equal([("a", "keys of a"), ("b", "keys of b")], Step(A, B));
        Assert.Empty(Step(A, B));
        Assert.Equal(["a", "b"], _fetched);

        _clock.Advance(TimeSpan.FromMinutes(20));
        Step(A, B);
        Assert.Empty(Step(A, B));
        Assert.Equal(["a", "b", "a", "b"], _fetched);
    }

    [Fact]
    public void S7_Failure_LeavesTheSetFromBefore_AndIsTriedAgainLaterAndLater()
    {
        Step(A);
        Step(A);
        _answer = static _ => Task.FromException<string>(new KeySetException("no"));
        _clock.Advance(TimeSpan.FromMinutes(20));
        Step(A);
        for (var pause = 2; pause <= 16; pause *= 2)
        {
            Assert.Empty(Step(A));
            var before = _fetched.Count;
            _clock.Advance(TimeSpan.FromSeconds(pause - 1));
            Step(A);
            Assert.Equal(before, _fetched.Count);
            _clock.Advance(TimeSpan.FromSeconds(1));
            Step(A);
            Assert.Equal(before + 1, _fetched.Count);
        }
    }

    [Fact]
    public void Set_ThatNobodyWants_Goes()
    {
        Step(A, B);
        Step(A, B);

        Assert.Equal([("b", null)], Step(A));
        Assert.Empty(Step(A with { Timeout = TimeSpan.FromSeconds(2) }));
    }

    [Fact]
    public void Fetching_OfMany_IsBounded()
    {
        _answer = static _ => new TaskCompletionSource<string>().Task;

        Step([.. Enumerable.Range(0, 50).Select(i => A with { Name = $"{i}" })]);

        Assert.Equal(KeySetRefresher.MaxConcurrent, _fetched.Count);
    }

    private IReadOnlyList<(string Name, string? Keys)> Step(params KeySetLocation[] wanted) => _refresher.Step([.. wanted], default);
}
