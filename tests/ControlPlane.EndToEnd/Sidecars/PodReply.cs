namespace ControlPlane.EndToEnd.Sidecars;

/// <summary>What a pod's application says of a request.</summary>
/// <param name="Pod">Who answers.</param>
/// <param name="Protocol">HTTP version in which the request reached it.</param>
/// <param name="ClientCertificate">The header x-forwarded-client-cert, "" without one.</param>
/// <param name="RequestId">The header x-request-id, "" without one.</param>
internal sealed record PodReply(string Pod, string Protocol, string ClientCertificate, string RequestId);
