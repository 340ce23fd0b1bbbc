using System.Net;

namespace ControlPlane.Composition;

/// <summary>Where a started server listens.</summary>
/// <param name="Plaintext">gRPC without TLS; null where that is not served.</param>
/// <param name="Http">Readiness and debugging.</param>
/// <param name="Monitoring">Metrics and version.</param>
/// <param name="SecureXds">gRPC with TLS.</param>
/// <param name="Webhook">The injection webhook; null where it is not served.</param>
public sealed record BoundAddresses(IPEndPoint? Plaintext, IPEndPoint Http, IPEndPoint Monitoring, IPEndPoint SecureXds, IPEndPoint? Webhook)
{
    /// <summary>gRPC without TLS.</summary>
    /// <exception cref="InvalidOperationException">It is not served.</exception>
    public IPEndPoint Xds => Plaintext ?? throw new InvalidOperationException("xDS without TLS is not served");
}
