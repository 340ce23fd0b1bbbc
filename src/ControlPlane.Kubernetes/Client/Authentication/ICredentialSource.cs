using System.Security.Cryptography.X509Certificates;

namespace ControlPlane.Kubernetes.Client.Authentication;

/// <summary>Gives the credentials of requests as they are now.</summary>
internal interface ICredentialSource
{
    /// <summary>The bearer token; null for none.</summary>
    ValueTask<string?> GetTokenAsync(CancellationToken cancellationToken);

    /// <summary>The client certificate with its key; null for none.</summary>
    X509Certificate2? ClientCertificate { get; }

    /// <summary>Says that the server refused the present credentials: they are got anew before the next request.</summary>
    void Refuse();
}
