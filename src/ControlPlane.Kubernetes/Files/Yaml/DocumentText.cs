namespace ControlPlane.Kubernetes.Files.Yaml;

/// <summary>The text of one document of a file.</summary>
/// <param name="FirstLine">Line of the file on which the text begins, from 1.</param>
/// <param name="Text">The text, its --- line and directives included.</param>
internal readonly record struct DocumentText(int FirstLine, string Text);
