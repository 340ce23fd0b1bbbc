namespace ControlPlane.Kubernetes.Files.Yaml;

/// <summary>One document of a YAML text.</summary>
/// <param name="FirstLine">Line on which it begins, from 1.</param>
/// <param name="Text">Its text as it stands, its --- line, directives and comments included.</param>
/// <param name="Json">Its value as compact JSON in UTF-8; empty where it is empty or can't be read.</param>
/// <param name="Fault">Why it can't be read, with the line; null where it can.</param>
public sealed record YamlDocument(int FirstLine, string Text, ReadOnlyMemory<byte> Json, string? Fault)
{
    /// <summary>Cuts a text into documents and reads each, within the default limits.</summary>
    /// <param name="text">One or more documents.</param>
    public static IEnumerable<YamlDocument> ReadAll(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        foreach (var document in DocumentSplitter.Split(text))
            yield return Read(document.FirstLine, document.Text);
    }

    /// <summary>Reads the one document of a text.</summary>
    /// <param name="text">The document.</param>
    /// <returns>Its value as compact JSON in UTF-8; empty for an empty document.</returns>
    /// <exception cref="FormatException">It is not one well-formed document within the default limits.</exception>
    public static ReadOnlyMemory<byte> ReadOne(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var document = Read(1, text);
        return document.Fault is null ? document.Json : throw new FormatException(document.Fault);
    }

    private static YamlDocument Read(int firstLine, string text)
    {
        try
        {
            var node = YamlReader.Read(text, YamlLimits.Default);
            return new(firstLine, text, node is null ? default : NodeWriter.Write(node), null);
        }
        catch (YamlFaultException fault)
        {
            return new(firstLine, text, default, $"line {firstLine - 1 + fault.Fault.Line}: {fault.Fault.Message}");
        }
    }
}
