namespace ControlPlane.Kubernetes.Files.Yaml;

/// <summary>What a node becomes in JSON.</summary>
internal enum YamlNodeKind
{
    Null,
    Boolean,
    Number,
    String,
    Sequence,
    Mapping,
}
