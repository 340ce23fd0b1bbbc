using System.Diagnostics;
using ControlPlane.Kubernetes.Files.Yaml;

namespace ControlPlane.Kubernetes.Tests.Files.Yaml;

public sealed class YamlLimitsTests
{
    private const int Megabyte = 1_000_000;

    /// <summary>A thread's stack takes some 10,000 unbounded levels; a quadratic reader takes hours for these.</summary>
    [Theory]
    [InlineData("[")]
    [InlineData("{")]
    [InlineData("[\n")]
    [InlineData("- ")]
    [InlineData("? ")]
    [InlineData("? - ")]
    [InlineData("{a: ")]
    [InlineData("[a, ")]
    [InlineData("{\"a\":")]
    [InlineData("&a [")]
    public void Read_AMegabyteOfOpenings_IsRefusedAtTheDepthLimit(string opening) =>
        Assert.Contains("nested deeper than 100 levels", Yaml.Fault(Repeat(opening)).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("a: ")]
    [InlineData("&a ")]
    [InlineData("*a ")]
    [InlineData("!a ")]
    [InlineData("\"")]
    [InlineData("'")]
    [InlineData("|\n")]
    [InlineData("x\n")]
    [InlineData("x # y\n")]
    [InlineData("- a\n")]
    [InlineData("- &a\n")]
    [InlineData("a\n\n")]
    [InlineData("# c\n")]
    [InlineData(" \n")]
    [InlineData("\n ")]
    [InlineData("\r")]
    [InlineData("'\n")]
    [InlineData("\\")]
    [InlineData(">\n\n")]
    [InlineData("]")]
    [InlineData(": ")]
    public void Read_AMegabyteOfAnything_TakesLinearTime(string piece)
    {
        var (small, large) = (Repeat(piece, Megabyte / 8), Repeat(piece));
        Time(small);
        var one = Time(small);
        var eight = Time(large);
        // A quadratic reader would need 64 times as long; the slack is for a busy machine.
        Assert.True(eight < (24 * one) + TimeSpan.FromSeconds(2), $"{one} for an eighth, {eight} for the whole");
    }

    [Fact]
    public void Read_BillionLaughs_IsRefusedWithoutExpanding()
    {
        var lines = new List<string> { "a0: &a0 [x, x, x, x, x, x, x, x, x, x]" };
        for (var i = 1; i < 30; i++)
            lines.Add($"a{i}: &a{i} [{string.Join(", ", Enumerable.Repeat($"*a{i - 1}", 10))}]");
        Assert.Contains("nodes once aliases are followed", Yaml.Fault(string.Join('\n', lines)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_LongStringAliasedOften_IsRefusedWithoutExpanding()
    {
        var text = $"a: &a {new string('x', 100_000)}\nb: [{string.Join(',', Enumerable.Repeat("*a", 1000))}]";
        Assert.Contains("characters once aliases are followed", Yaml.Fault(text).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_MergeKeysThatCopyMuch_AreRefused()
    {
        var many = string.Join(", ", Enumerable.Range(0, 2000).Select(i => $"k{i}: 1"));
        var text = $"a: &a {{{many}}}\n" + string.Concat(Enumerable.Range(0, 1000).Select(i => $"b{i}: {{<<: *a}}\n"));
        Assert.NotEmpty(Yaml.Fault(text).Message);
    }

    [Fact]
    public void Read_AliasesThatNestDeep_AreRefused()
    {
        var lines = new List<string> { "a0: &a0 [x]" };
        for (var i = 1; i < 120; i++)
            lines.Add($"a{i}: &a{i} [*a{i - 1}]");
        Assert.Contains("nested deeper", Yaml.Fault(string.Join('\n', lines)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_NestingAtTheLimit_IsRead()
    {
        var text = new string('[', 100) + new string(']', 100);
        Assert.Equal(text, Yaml.Json(text));
        Assert.NotNull(Yaml.Fault($"[{text}]"));
    }

    [Fact]
    public void JsonRead_AMegabyteOfOpenings_IsAFault()
    {
        foreach (var opening in new[] { "[", "{\"a\":" })
        {
            var (_, fault) = JsonTreeReader.Read(System.Text.Encoding.UTF8.GetBytes(Repeat(opening)), YamlLimits.Default);
            Assert.NotNull(fault);
        }
    }

    private static string Repeat(string piece, int length = Megabyte) => string.Concat(Enumerable.Repeat(piece, length / piece.Length));

    private static TimeSpan Time(string text)
    {
        var watch = Stopwatch.StartNew();
        try
        {
            YamlReader.Read(text, YamlLimits.Default);
        }
        catch (YamlFaultException)
        {
            // Only the time matters here.
        }

        return watch.Elapsed;
    }
}
