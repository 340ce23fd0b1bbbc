using System.Text;
using ControlPlane.Kubernetes.Files.Yaml;
using ControlPlane.Model.Objects;
using ControlPlane.Model.Snapshots;

namespace ControlPlane.Kubernetes.Resources.ConfigMaps;

/// <summary>Reads the YAML text of the mesh configuration or the mesh networks.</summary>
internal static class MeshDocument
{
    /// <summary>The object of the table, or what is wrong with the text. Empty text is the empty configuration.</summary>
    public static (ConfigObject? Value, YamlFault? Fault) Read(string text, TableId<ConfigObject> table, ObjectMeta origin, YamlLimits limits)
    {
        try
        {
            var documents = DocumentSplitter.Split(text).Take(2).ToList();
            if (documents.Count == 2)
                return (null, new YamlFault(documents[1].FirstLine, "only one document is allowed here"));
            var node = documents.Count == 0 ? null : YamlReader.Read(documents[0].Text, limits);
            if (node is { Kind: not (YamlNodeKind.Mapping or YamlNodeKind.Null) })
                return (null, new YamlFault(node.Line, "must be a mapping"));
            var json = node is null or { Kind: YamlNodeKind.Null } ? "{}" : Encoding.UTF8.GetString(NodeWriter.Write(node).Span);
            return (new ConfigObject
            {
                Meta = origin with { Namespace = Tables.MeshConfigKey.Namespace, Name = Tables.MeshConfigKey.Name },
                ApiVersion = "v1",
                Kind = table.Kind,
                SpecJson = json,
            }, null);
        }
        catch (YamlFaultException e)
        {
            return (null, e.Fault);
        }
    }
}
