using System.Text.Json;
using ControlPlane.Kubernetes.Client;
using ControlPlane.Model.Diagnostics;
using ControlPlane.Model.Objects;

namespace ControlPlane.Kubernetes.Resources.ConfigObjects;

/// <summary>Reads single configuration objects as sources do.</summary>
public static class ConfigObjectReader
{
    /// <summary>Reads an object; null where its kind is none of those that travel as data. Of its apiVersion only the group counts: versions of a kind differ in name alone.</summary>
    /// <param name="json">The object in UTF-8.</param>
    /// <param name="options">The installation.</param>
    public static ConfigReading? Read(ReadOnlyMemory<byte> json, ResourceOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        try
        {
            using var document = JsonDocument.Parse(json, new JsonDocumentOptions { MaxDepth = ApiClient.MaxDepth });
            var header = new Fields(document.RootElement, "", new FaultList(""));
            var (apiVersion, kind) = (header.Text("apiVersion"), header.Text("kind"));
            var slash = apiVersion.IndexOf('/', StringComparison.Ordinal);
            if (slash < 0 || ResourceCatalog.Find(apiVersion[..slash], kind) is not ConfigObjectAdapter adapter)
                return null;
            var result = adapter.Adapt(document.RootElement, apiVersion, options);
            return new ConfigReading(adapter.Kind.Table.Kind, result.Changes.FirstOrDefault()?.Value as ConfigObject, result.Diagnostics);
        }
        catch (JsonException fault)
        {
            var diagnostic = new Diagnostic(Severity.Error, DiagnosticCodes.MalformedDocument, "", new ObjectKey("", ""), "", $"not well-formed JSON: {fault.Message}");
            return new ConfigReading("", null, [diagnostic]);
        }
    }
}
