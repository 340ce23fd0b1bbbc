using System.Text;
using ControlPlane.Kubernetes.Files.Yaml;

namespace ControlPlane.Kubernetes.Tests.Files.Yaml;

/// <summary>Shorthand for reading a document.</summary>
internal static class Yaml
{
    /// <summary>The compact JSON of a document.</summary>
    public static string Json(string text, YamlLimits? limits = null) =>
        YamlReader.Read(text, limits ?? YamlLimits.Default) is { } node ? Encoding.UTF8.GetString(NodeWriter.Write(node).Span) : "";

    /// <summary>What is wrong with a document.</summary>
    public static YamlFault Fault(string text, YamlLimits? limits = null) =>
        Assert.Throws<YamlFaultException>(() => YamlReader.Read(text, limits ?? YamlLimits.Default)).Fault;
}
