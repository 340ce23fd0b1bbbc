using System.Text;
using System.Text.Json.Nodes;
using ControlPlane.Commands.Translate;
using ControlPlane.Injection.Json;
using ControlPlane.Kubernetes.Files.Yaml;

namespace ControlPlane.Commands.Inject;

/// <summary>Reads the command's files.</summary>
internal static class InputFiles
{
    private const string StandardInput = "-";
    private const long MaxBytes = 64 * 1024 * 1024;

    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>The text of a file, or of standard input for -.</summary>
    /// <exception cref="InputException">It can't be read or is no text.</exception>
    public static string Text(string path)
    {
        try
        {
            using var stream = path == StandardInput ? Console.OpenStandardInput() : File.OpenRead(path);
            using var content = new MemoryStream();
            var buffer = new byte[81920];
            for (int read; (read = stream.Read(buffer)) > 0;)
            {
                content.Write(buffer, 0, read);
                if (content.Length > MaxBytes)
                    throw new InputException($"{path}: larger than {MaxBytes} bytes");
            }

            var bytes = content.GetBuffer().AsSpan(0, (int)content.Length);
            return StrictUtf8.GetString(bytes.StartsWith(Encoding.UTF8.Preamble) ? bytes[Encoding.UTF8.Preamble.Length..] : bytes);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException or DecoderFallbackException)
        {
            throw new InputException($"{path}: {fault.Message}", fault);
        }
    }

    /// <summary>The objects of a file, one per document; empty documents are passed over.</summary>
    /// <exception cref="InputException">A document can't be read or is no object.</exception>
    public static IEnumerable<JsonObject> Objects(string path)
    {
        foreach (var document in YamlDocument.ReadAll(Text(path)))
        {
            if (Value(path, document) is { } value)
                yield return value as JsonObject ?? throw new InputException($"{path}: line {document.FirstLine}: a map is expected");
        }
    }

    /// <summary>The one object of a file, or the one inside a key of a ConfigMap; null for no file and for an empty one.</summary>
    /// <param name="path">The file; null for none.</param>
    /// <param name="key">The ConfigMap's key.</param>
    /// <exception cref="InputException">It can't be read or is no object.</exception>
    public static JsonObject? Configuration(string? path, string key)
    {
        if (path is null)
            return null;
        var value = Objects(path).FirstOrDefault();
        if (value?["kind"]?.ToString() != "ConfigMap" || value["data"]?[key] is not { } inner)
            return value;
        try
        {
            return Yaml(inner.ToString()) as JsonObject;
        }
        catch (FormatException fault)
        {
            throw new InputException($"{path}: data.{key}: {fault.Message}", fault);
        }
    }

    /// <summary>Reads YAML for injection.</summary>
    /// <exception cref="FormatException">It is not one well-formed document.</exception>
    public static JsonNode? Yaml(string text)
    {
        var json = YamlDocument.ReadOne(text);
        return json.IsEmpty ? null : JsonText.Parse(json.Span);
    }

    /// <summary>The value of a document; null for an empty one.</summary>
    /// <exception cref="InputException">It can't be read.</exception>
    public static JsonNode? Value(string path, YamlDocument document)
    {
        if (document.Fault is { } fault)
            throw new InputException($"{path}: {fault}");
        try
        {
            return document.Json.IsEmpty ? null : JsonText.Parse(document.Json.Span);
        }
        catch (FormatException bad)
        {
            throw new InputException($"{path}: line {document.FirstLine}: {bad.Message}", bad);
        }
    }
}
