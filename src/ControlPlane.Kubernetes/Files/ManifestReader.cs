using System.Text;
using ControlPlane.Kubernetes.Files.Yaml;
using ControlPlane.Kubernetes.Resources;
using ControlPlane.Kubernetes.Resources.ConfigMaps;
using ControlPlane.Model.Diagnostics;
using ControlPlane.Model.Objects;
using ControlPlane.Model.Snapshots;
using ControlPlane.Model.Sources;

namespace ControlPlane.Kubernetes.Files;

/// <summary>Reads the bytes of one file into objects. Pure; bad input of whatever sort gives diagnostics, never an exception.</summary>
internal static class ManifestReader
{
    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>Reads a file.</summary>
    /// <param name="file">Its name as users see it; .json selects the JSON reader.</param>
    /// <param name="bytes">Its content.</param>
    /// <param name="options">Limits and installation.</param>
    public static FileContent Read(string file, ReadOnlyMemory<byte> bytes, DirectoryOptions options)
    {
        if (bytes.Length > options.MaxFileBytes)
        {
            return FileContent.Unreadable(Fault(
                file, 0, DiagnosticCodes.UnreadableFile, $"larger than {options.MaxFileBytes} bytes; split it into several files"));
        }

        if (Decode(bytes.Span, out var text) is { } badLine)
            return FileContent.Unreadable(Fault(file, badLine, DiagnosticCodes.UnreadableFile, "the text is not valid UTF-8"));
        var documents = new DocumentReader(file, options.Resources);
        foreach (var (line, node, fault) in Documents(file, text, options.Limits))
        {
            if (fault is null)
                documents.Read(node!, line);
            else
                documents.Malformed(line + fault.Line - 1, fault.Message);
        }

        return documents.Result;
    }

    /// <summary>Reads a file that holds the mesh configuration itself, not an object around it.</summary>
    public static FileContent ReadMeshConfig(string file, ReadOnlyMemory<byte> bytes, DirectoryOptions options)
    {
        if (bytes.Length > options.MaxFileBytes)
            return FileContent.Unreadable(Fault(file, 0, DiagnosticCodes.UnreadableFile, $"larger than {options.MaxFileBytes} bytes"));
        if (Decode(bytes.Span, out var text) is { } badLine)
            return FileContent.Unreadable(Fault(file, badLine, DiagnosticCodes.UnreadableFile, "the text is not valid UTF-8"));
        var meta = new ObjectMeta { Name = options.Resources.MeshConfigMapName };
        var (value, fault) = MeshDocument.Read(text, Tables.MeshConfig, meta, options.Limits);
        if (value is null)
            return FileContent.Unreadable(Fault(file, fault!.Line, DiagnosticCodes.MalformedDocument, fault.Message));
        var change = ModelChange.Upsert.Of(Tables.MeshConfig, value);
        return new FileContent(
            [new ManifestObject(change, file, 1, "", 1, 1)], new Retention(), []);
    }

    /// <summary>The document that begins at a line, for finding a place in it; null where it is no longer there or not readable.</summary>
    public static YamlNode? FindDocument(string file, ReadOnlyMemory<byte> bytes, int documentLine, int rootLine, YamlLimits limits)
    {
        if (Decode(bytes.Span, out var text) is not null)
            return null;
        return Documents(file, text, limits)
            .FirstOrDefault(d => d.Line == documentLine && d.Node?.Line == rootLine).Node;
    }

    private static IEnumerable<(int Line, YamlNode? Node, YamlFault? Fault)> Documents(string file, string text, YamlLimits limits)
    {
        if (file.EndsWith(".json", StringComparison.OrdinalIgnoreCase))
        {
            var (values, fault) = JsonTreeReader.Read(Encoding.UTF8.GetBytes(text), limits);
            foreach (var value in values)
                yield return (1, value, null);
            if (fault is not null)
                yield return (1, null, fault);
            yield break;
        }

        foreach (var document in DocumentSplitter.Split(text))
        {
            var (node, fault) = TryRead(document.Text, limits);
            if (node is not null || fault is not null)
                yield return (document.FirstLine, node, fault);
        }
    }

    private static (YamlNode? Node, YamlFault? Fault) TryRead(string text, YamlLimits limits)
    {
        try
        {
            return (YamlReader.Read(text, limits), null);
        }
        catch (YamlFaultException e)
        {
            return (null, e.Fault);
        }
    }

    /// <summary>Decodes UTF-8, with or without byte order mark; returns the line of the first byte that is none, null if there is none.</summary>
    private static int? Decode(ReadOnlySpan<byte> bytes, out string text)
    {
        if (bytes.StartsWith(Encoding.UTF8.Preamble))
            bytes = bytes[Encoding.UTF8.Preamble.Length..];
        try
        {
            text = StrictUtf8.GetString(bytes);
            return null;
        }
        catch (DecoderFallbackException e)
        {
            text = "";
            return bytes[..Math.Clamp(e.Index, 0, bytes.Length)].Count((byte)'\n') + 1;
        }
    }

    internal static SourceDiagnostic Fault(string file, int line, string code, string message, Severity severity = Severity.Error) =>
        new(new SourceLocation(file, line), severity, code, "", new ObjectKey("", ""), "", message);
}
