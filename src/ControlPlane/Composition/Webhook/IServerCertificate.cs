using System.Net.Security;

namespace ControlPlane.Composition.Webhook;

/// <summary>Where the webhook's certificate comes from: asked at each handshake, so that a renewed one serves at once.</summary>
internal interface IServerCertificate
{
    /// <summary>The certificate of the moment with its key and chain.</summary>
    SslStreamCertificateContext Current { get; }
}
