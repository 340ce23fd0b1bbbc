namespace ControlPlane.Injection.Decision;

/// <summary>What of a pod the decision depends on.</summary>
/// <param name="Namespace">Its namespace, or the request's where it names none; "" if unknown.</param>
/// <param name="Labels">Its labels.</param>
/// <param name="Annotations">Its annotations.</param>
/// <param name="HostNetwork">Whether it uses the node's network.</param>
public sealed record PodFacts(
    string Namespace, IReadOnlyDictionary<string, string> Labels, IReadOnlyDictionary<string, string> Annotations, bool HostNetwork);
