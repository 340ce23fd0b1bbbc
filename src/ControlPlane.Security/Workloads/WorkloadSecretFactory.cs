using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using ControlPlane.Model.Collections;
using ControlPlane.Model.Delivery;
using ControlPlane.Security.Authority;
using ControlPlane.Security.Identities;
using ControlPlane.Security.Signing;
using Envoy.Config.Core.V3;
using Envoy.Extensions.TransportSockets.Tls.V3;
using Google.Protobuf;
using Microsoft.Extensions.Logging;

namespace ControlPlane.Security.Workloads;

/// <summary>Makes the secrets of streams.</summary>
/// <param name="issuer">Signs.</param>
/// <param name="current">The authority.</param>
/// <param name="time">Clock of renewals.</param>
/// <param name="logger">Hears of every certificate.</param>
public sealed class WorkloadSecretFactory(CertificateIssuer issuer, CurrentAuthority current, TimeProvider time, ILogger<WorkloadSecretFactory> logger)
{
    private const int VersionBytes = 12;

    private volatile Tuple<CertificateAuthority, EncodedResource>? _roots;

    internal CurrentAuthority Current => current;

    internal TimeProvider Time => time;

    /// <summary>The secrets of a stream whose caller was proven to be someone.</summary>
    /// <param name="identity">Who.</param>
    /// <param name="node">Its node id, for the log.</param>
    public WorkloadSecrets Open(SpiffeId identity, string node) => new(identity, node, this);

    /// <summary>The roots, one resource for all streams; null before the authority was read.</summary>
    internal EncodedResource? RootsSecret()
    {
        if (current.Value is not { } authority)
            return null;
        if (_roots is { } known && ReferenceEquals(known.Item1, authority))
            return known.Item2;
        var context = new CertificateValidationContext { TrustedCa = Inline(authority.Roots.Pem) };

        // Envoy refuses every chain in which a list is missing.
        var lists = authority.Unlisted.Count == 0 ? authority.Revoked.Pem : "";
        if (lists.Length > 0)
            context.Crl = Inline(lists);
        var resource = Encode(new Secret { Name = WorkloadSecrets.Roots, ValidationContext = context }, authority.Roots.Pem + lists);
        _roots = Tuple.Create(authority, resource);
        return resource;
    }

    internal (EncodedResource Resource, IssuedCertificate Issued) Make(SpiffeId identity, string node)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var issued = issuer.Issue(SubjectKey.Of(key), CertificateNames.Of(identity), issuer.Policy.DefaultLifetime);
        var chain = string.Concat(issued.PresentedPem);
        var secret = new Secret
        {
            Name = WorkloadSecrets.Certificate,
            TlsCertificate = new TlsCertificate { CertificateChain = Inline(chain), PrivateKey = Inline(key.ExportPkcs8PrivateKeyPem()) },
        };
        SecurityLog.WorkloadIssued(logger, identity.ToString(), node, issued.Serial, issued.NotAfter);
        return (Encode(secret, chain), issued);
    }

    internal void OnNotIssued(SpiffeId identity, string node, string reason) => SecurityLog.WorkloadNotIssued(logger, identity.ToString(), node, reason);

    // The version is a hash of what is public: certificates differ by their serial numbers.
    private static EncodedResource Encode(Secret secret, string content) => new(
        XdsType.Secret, secret.Name, secret.ToByteArray(),
        Base64Url.EncodeToString(SHA256.HashData(Encoding.UTF8.GetBytes(secret.Name + "\0" + content)).AsSpan(0, VersionBytes)), EquatableArray<string>.Empty);

    private static DataSource Inline(string pem) => new() { InlineBytes = ByteString.CopyFromUtf8(pem) };
}
