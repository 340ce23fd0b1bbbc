namespace ControlPlane.Kubernetes.Files.Yaml;

/// <summary>A key of a mapping as written.</summary>
/// <param name="Node">The key.</param>
/// <param name="Line">Its line.</param>
/// <param name="IsPlain">Whether it was written without quotes and tag.</param>
internal readonly record struct YamlKey(YamlNode Node, int Line, bool IsPlain);
