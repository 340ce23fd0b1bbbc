using ControlPlane.Model.Delivery;
using ControlPlane.Translation.Envoy.Capabilities;
using ControlPlane.Translation.Resources;
using Envoy.Config.Core.V3;
using Envoy.Extensions.TransportSockets.Tls.V3;
using Google.Protobuf;
using PrivateKeyProvider = Istio.Mesh.V1Alpha1.PrivateKeyProvider;

namespace ControlPlane.Translation.Envoy.Secrets;

/// <summary>Everything that a secret is made from. Its values are key material: they never appear in a text of it.</summary>
public abstract record SecretInput(string Name)
{
    /// <summary>Makes the secret.</summary>
    public EnvoyResource Build() => new(XdsType.Secret, Name, Message());

    /// <summary>The message.</summary>
    protected abstract Secret Message();

    /// <inheritdoc/>
    public sealed override string ToString() => $"secret {Name}";

    private static DataSource Inline(string base64) => new() { InlineBytes = ByteString.FromBase64(base64) };

    /// <summary>A certificate with its key.</summary>
    /// <param name="Name">Name of the resource.</param>
    /// <param name="Chain">The certificate and those that sign it, PEM in Base64.</param>
    /// <param name="Key">The private key, PEM in Base64.</param>
    /// <param name="Staple">Proof that the certificate is not revoked, in Base64; null for none.</param>
    /// <param name="Provider">What handles the key in the proxy, null for the proxy itself.</param>
    public sealed record Certificate(string Name, string Chain, string Key, string? Staple, Frozen<PrivateKeyProvider>? Provider) : SecretInput(Name)
    {
        /// <inheritdoc/>
        protected override Secret Message()
        {
            var certificate = new TlsCertificate { CertificateChain = Inline(Chain) };
            if (Provider is not null && KeyProviders.Of(Provider.Message, Inline(Key)) is { } provider)
            {
                certificate.PrivateKeyProvider = provider;
            }
            else
            {
                certificate.PrivateKey = Inline(Key);
                certificate.OcspStaple = Staple is null ? null : Inline(Staple);
            }

            return new Secret { Name = Name, TlsCertificate = certificate };
        }
    }

    /// <summary>Trust anchors.</summary>
    /// <param name="Name">Name of the resource.</param>
    /// <param name="Anchors">The certificates, PEM in Base64.</param>
    /// <param name="Revoked">Revocation lists, PEM in Base64; null for none.</param>
    public sealed record Roots(string Name, string Anchors, string? Revoked) : SecretInput(Name)
    {
        /// <inheritdoc/>
        protected override Secret Message() => new()
        {
            Name = Name,
            ValidationContext = new CertificateValidationContext { TrustedCa = Inline(Anchors), Crl = Revoked is null ? null : Inline(Revoked) },
        };
    }

    /// <summary>Files of the proxy's machine, for one without Istio's agent.</summary>
    /// <param name="Name">Name of the resource, which names the files.</param>
    public sealed record Files(string Name) : SecretInput(Name)
    {
        /// <inheritdoc/>
        protected override Secret Message() => FileSecrets.Resolve(Name)!;
    }
}
