namespace ControlPlane.Kubernetes.Client.Authentication;

/// <summary>An ExecCredential as input of a credential program.</summary>
internal sealed record ExecInfo(string ApiVersion, string Kind, ExecSpec Spec);

/// <summary>Its spec.</summary>
internal sealed record ExecSpec(bool Interactive);
