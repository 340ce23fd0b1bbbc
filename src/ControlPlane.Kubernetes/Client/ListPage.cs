namespace ControlPlane.Kubernetes.Client;

/// <summary>What a LIST said beside its items.</summary>
/// <param name="ResourceVersion">Version of the list.</param>
/// <param name="Continue">Token of the next page; "" after the last.</param>
internal sealed record ListPage(string ResourceVersion, string Continue);
