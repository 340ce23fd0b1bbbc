using System.Text;
using ControlPlane.Kubernetes.Files.Yaml;

namespace ControlPlane.Kubernetes.Tests.Files.Yaml;

public sealed class JsonTreeReaderTests
{
    [Fact]
    public void Read_SeveralValues_GivesEachWithItsLine()
    {
        var (values, fault) = Read("{\"a\": 1.50}\n\n{\"b\": [true, null, \"\\u00e9\"]}");
        Assert.Null(fault);
        Assert.Equal([1, 3], values.Select(v => v.Line));
        Assert.Equal("""{"b":[true,null,"é"]}""", Encoding.UTF8.GetString(NodeWriter.Write(values[1]).Span));
        Assert.Equal("""{"a":1.50}""", Encoding.UTF8.GetString(NodeWriter.Write(values[0]).Span));
    }

    [Theory]
    [InlineData("{\"a\":1}\n{\"b\":", 2, 1, "not well-formed JSON")]
    [InlineData("{\n\"a\":1,\n\"a\":2}", 3, 0, "key \"a\" is already in this object")]
    [InlineData("{\"a\":\n\"\\ud800\"}", 2, 0, "unpaired surrogate")]
    [InlineData("", 1, 0, "not well-formed JSON")]
    public void Read_MalformedText_KeepsTheValuesBeforeAndNamesTheLine(string text, int line, int values, string message)
    {
        var (read, fault) = Read(text);
        Assert.Equal(values, read.Count);
        if (fault is null)
        {
            Assert.Equal("", text);
            return;
        }

        Assert.Equal(line, fault.Line);
        Assert.Contains(message, fault.Message, StringComparison.Ordinal);
    }

    private static (IReadOnlyList<YamlNode> Values, YamlFault? Fault) Read(string text) =>
        JsonTreeReader.Read(Encoding.UTF8.GetBytes(text), YamlLimits.Default);
}
