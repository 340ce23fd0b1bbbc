namespace ControlPlane.Commands.Inject;

/// <summary>What a user asked the command for.</summary>
/// <param name="Input">File with the input; - for standard input.</param>
/// <param name="Output">File for the output; null for standard output.</param>
/// <param name="Mode">What the input is.</param>
/// <param name="MeshConfig">File with the mesh configuration; null for the defaults.</param>
/// <param name="Values">File with chart values; null for the defaults.</param>
/// <param name="Namespace">Namespace of objects that name none; null for none.</param>
/// <param name="NamespaceFile">File with the namespace's object; null for none.</param>
/// <param name="NodesFile">File with the cluster's nodes; null: all are new.</param>
/// <param name="ProxyConfig">File with objects of kind ProxyConfig; null for none.</param>
/// <param name="Revision">Revision of the control plane; null: what the values say.</param>
/// <param name="Explain">Whether to say of each pod why it is injected or left alone.</param>
internal sealed record InjectRequest(
    string Input, string? Output, InjectMode Mode, string? MeshConfig, string? Values, string? Namespace, string? NamespaceFile, string? NodesFile,
    string? ProxyConfig, string? Revision, bool Explain);
