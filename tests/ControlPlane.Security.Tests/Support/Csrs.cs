using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace ControlPlane.Security.Tests.Support;

/// <summary>Certificate signing requests as Istio's agent makes them: O= as subject, the identity asked for as a name.</summary>
internal static class Csrs
{
    public static CertificateRequest Of(AsymmetricAlgorithm key, string asked = "spiffe://cluster.local/ns/evil/sa/admin")
    {
        var subject = new X500DistinguishedName("O=istio");
        var request = key is ECDsa ec
            ? new CertificateRequest(subject, ec, HashAlgorithmName.SHA256)
            : new CertificateRequest(subject, (RSA)key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        var names = new SubjectAlternativeNameBuilder();
        names.AddUri(new Uri(asked));
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: true, false, 0, true));
        return request;
    }

    public static AsymmetricAlgorithm NewKey(string kind) => kind switch
    {
        "P-256" => ECDsa.Create(ECCurve.NamedCurves.nistP256),
        "P-384" => ECDsa.Create(ECCurve.NamedCurves.nistP384),
        "P-521" => ECDsa.Create(ECCurve.NamedCurves.nistP521),
        "brainpool" => ECDsa.Create(ECCurve.NamedCurves.brainpoolP256r1),
        _ => RSA.Create(int.Parse(kind["RSA-".Length..], System.Globalization.CultureInfo.InvariantCulture)),
    };
}
