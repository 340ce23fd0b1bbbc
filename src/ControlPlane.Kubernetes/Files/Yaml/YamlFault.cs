namespace ControlPlane.Kubernetes.Files.Yaml;

/// <summary>Why a document could not be read.</summary>
/// <param name="Line">Line within the text that was read, from 1.</param>
/// <param name="Message">What is wrong, without the place.</param>
internal sealed record YamlFault(int Line, string Message);
