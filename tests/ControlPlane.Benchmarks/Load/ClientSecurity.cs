using System.Net.Security;

namespace ControlPlane.Benchmarks.Load;

/// <summary>How a load client proves who it is.</summary>
/// <param name="Tls">Its handshake; a client certificate is in it.</param>
/// <param name="Token">Its token; "" where the certificate is proof.</param>
internal sealed record ClientSecurity(SslClientAuthenticationOptions Tls, string Token);
