using System.Net;

namespace ControlPlane.Composition;

/// <summary>Where a started server listens.</summary>
/// <param name="Xds">gRPC without TLS.</param>
/// <param name="Http">Readiness and debugging.</param>
/// <param name="Monitoring">Metrics and version.</param>
public sealed record BoundAddresses(IPEndPoint Xds, IPEndPoint Http, IPEndPoint Monitoring);
