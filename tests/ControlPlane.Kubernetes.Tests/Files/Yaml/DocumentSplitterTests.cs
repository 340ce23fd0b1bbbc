using ControlPlane.Kubernetes.Files.Yaml;

namespace ControlPlane.Kubernetes.Tests.Files.Yaml;

public sealed class DocumentSplitterTests
{
    [Theory]
    [InlineData("a: 1\n---\nb: 2\n", "1:a: 1|2:--- b: 2")]
    [InlineData("---\na: 1\n---\n---\nb: 2", "1:--- a: 1|3:---|4:--- b: 2")]
    [InlineData("# licence\n---\na: 1", "1:# licence --- a: 1")]
    [InlineData("%YAML 1.1\n---\na: 1\n...\n# x\n---\nb: 2", "1:%YAML 1.1 --- a: 1|5:# x --- b: 2")]
    [InlineData("a: |\n  ---\n  x\n----\n---x: 1\n--- # y\nb: 2", "1:a: | --- x ---- ---x: 1|6:--- # y b: 2")]
    [InlineData("a: 1\r\n---\r\nb: 2", "1:a: 1|2:--- b: 2")]
    [InlineData("a: 1\n...\n", "1:a: 1")]
    [InlineData("", "")]
    [InlineData("# nothing\n\n", "")]
    public void Split_File_CutsAtMarkersOnly(string text, string expected)
    {
        var parts = DocumentSplitter.Split(text)
            .Select(d => $"{d.FirstLine}:{string.Join(' ', d.Text.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))}");
        Assert.Equal(expected, string.Join('|', parts));
    }
}
