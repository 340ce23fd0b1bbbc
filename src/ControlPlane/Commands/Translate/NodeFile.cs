using System.Text.Json;
using ControlPlane.Model.Proxies;
using ControlPlane.Translation.Envoy;
using ControlPlane.Translation.Envoy.Json;
using ControlPlane.Xds.Nodes;
using Envoy.Config.Core.V3;

namespace ControlPlane.Commands.Translate;

/// <summary>Reads the node of a proxy from a file.</summary>
internal static class NodeFile
{
    private const int MaxDepth = 64;

    /// <summary>
    /// Reads an envoy.config.core.v3.Node in protobuf's JSON form. Fields that this Node does not know are passed over. Whoever can read the
    /// source can read its secrets: the proxy counts as one that may list them.
    /// </summary>
    /// <exception cref="InputException">It can't be read, or says too little.</exception>
    public static ProxyDescriptor Read(string path)
    {
        try
        {
            using var document = JsonDocument.Parse(File.ReadAllBytes(path), new JsonDocumentOptions { MaxDepth = MaxDepth });
            var problems = new List<JsonProblem>();
            var node = ProtoJson.Parse<Node>(document.RootElement, problems);
            var wrong = problems.Where(problem => !problem.IsUnknownField).Select(problem => $"{problem.Path}: {problem.Message}").ToList();
            return wrong.Count == 0 ? NodeReader.Read(node) with { SecretAccess = SecretAccess.Namespace } : throw new InputException($"{path}: {string.Join("; ", wrong)}");
        }
        catch (Exception fault) when (fault is JsonException or InvalidNodeException or IOException or UnauthorizedAccessException)
        {
            throw new InputException($"{path}: {fault.Message}", fault);
        }
    }
}
