namespace ControlPlane.Kubernetes.Client.Requests;

/// <summary>Options of a deletion.</summary>
internal sealed record DeleteOptions(Preconditions Preconditions);

/// <summary>Which state may be deleted.</summary>
internal sealed record Preconditions(string ResourceVersion);
