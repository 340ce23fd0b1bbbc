using ControlPlane.Model.Collections;

namespace ControlPlane.Kubernetes.Client.Configuration;

/// <summary>A program that prints credentials (client.authentication.k8s.io).</summary>
/// <param name="Command">Program; a relative path that holds a slash is relative to the kubeconfig's directory.</param>
/// <param name="Arguments">Arguments.</param>
/// <param name="Environment">Variables added to ours.</param>
/// <param name="ApiVersion">Version of the protocol: client.authentication.k8s.io/v1 or v1beta1.</param>
/// <param name="InstallHint">What to tell the user where the program is missing; "" for nothing.</param>
public sealed record ExecCredentials(
    string Command, EquatableArray<string> Arguments, LabelMap Environment, string ApiVersion, string InstallHint);
