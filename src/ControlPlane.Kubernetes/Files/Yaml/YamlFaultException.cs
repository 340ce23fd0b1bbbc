namespace ControlPlane.Kubernetes.Files.Yaml;

/// <summary>Carries a <see cref="YamlFault"/> out of the readers of this folder; never leaves them.</summary>
internal sealed class YamlFaultException(int line, string message) : Exception(message)
{
    public YamlFault Fault { get; } = new(line, message);
}
