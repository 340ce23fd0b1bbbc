namespace ControlPlane.Kubernetes.Files.Yaml;

/// <summary>Tag and anchor of a node.</summary>
/// <param name="Tag">Tag as written without shorthand: !!str is tag:yaml.org,2002:str; "" for none.</param>
/// <param name="Anchor">Anchor; "" for none.</param>
internal readonly record struct NodeProperties(string Tag, string Anchor)
{
    public static NodeProperties None { get; } = new("", "");

    public bool IsNone => Tag.Length == 0 && Anchor.Length == 0;
}
