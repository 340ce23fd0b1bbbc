using ControlPlane.Grpc.Wire;
using FsCheck;
using FsCheck.Fluent;

namespace ControlPlane.Grpc.Tests.Wire;

public sealed class GrpcTimeoutTests
{
    [Theory]
    [InlineData("1n", 1)]
    [InlineData("100n", 1)]
    [InlineData("101n", 2)]
    [InlineData("1u", 10)]
    [InlineData("5m", 50_000)]
    [InlineData("3S", 30_000_000)]
    [InlineData("2M", 1_200_000_000)]
    [InlineData("1H", 36_000_000_000)]
    [InlineData("99999999H", 3_599_999_964_000_000_000)]
    public void TryParse_Valid_GivesTicks(string text, long ticks)
    {
        Assert.True(GrpcTimeout.TryParse(text, out var timeout));
        Assert.Equal(ticks, timeout.Ticks);
    }

    [Theory]
    [InlineData("")]
    [InlineData("S")]
    [InlineData("12")]
    [InlineData("1s")]
    [InlineData("+1S")]
    [InlineData(" 1S")]
    [InlineData("1.5S")]
    [InlineData("100000000S")]
    public void TryParse_Invalid_IsRefused(string text) => Assert.False(GrpcTimeout.TryParse(text, out _));

    [Fact]
    public void FormatThenParse_AnyTimeout_NeverShortensItNorByMuchLengthens() =>
        Prop.ForAll<PositiveInt, PositiveInt>((a, b) =>
        {
            var timeout = TimeSpan.FromTicks((long)a.Get * b.Get);
            var text = GrpcTimeout.Format(timeout);
            return text.Length <= 9
                && GrpcTimeout.TryParse(text, out var parsed)
                && parsed >= timeout
                && parsed - timeout <= TimeSpan.FromMicroseconds(1) + (timeout / 1_000_000);
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Format_LongestTimeSpan_IsLongestTimeout() => Assert.Equal("99999999H", GrpcTimeout.Format(TimeSpan.MaxValue));
}
