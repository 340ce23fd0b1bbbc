namespace ControlPlane.Kubernetes.Files.Yaml;

/// <summary>One member of a mapping.</summary>
/// <param name="Key">The key as JSON text has it.</param>
/// <param name="Line">Line of the key.</param>
/// <param name="Value">The value.</param>
internal readonly record struct YamlMember(string Key, int Line, YamlNode Value);
