using System.Security.Cryptography.X509Certificates;
using System.Text;
using Grpc.Core;
using Microsoft.AspNetCore.Http;

namespace ControlPlane.Grpc.Server;

/// <summary>Reads what a client certificate proves, under the property names of gRPC's core.</summary>
internal static class TlsAuthContext
{
    private const string CommonName = "x509_common_name";
    private const string SubjectAlternativeName = "x509_subject_alternative_name";
    private const string PemCertificate = "x509_pem_cert";
    private const string SubjectAlternativeNameOid = "2.5.29.17";

    private static readonly AuthContext Anonymous = new(null, []);

    public static AuthContext Of(HttpContext http)
    {
        var certificate = http.Connection.ClientCertificate;
        if (certificate is null)
        {
            return Anonymous;
        }

        var properties = new Dictionary<string, List<AuthProperty>>(StringComparer.Ordinal);
        var commonName = certificate.GetNameInfo(X509NameType.SimpleName, forIssuer: false);
        Add(properties, CommonName, commonName);
        Add(properties, PemCertificate, certificate.ExportCertificatePem());
        foreach (var name in AlternativeNames(certificate))
        {
            Add(properties, SubjectAlternativeName, name);
        }

        var identity = properties.ContainsKey(SubjectAlternativeName) ? SubjectAlternativeName
            : properties.ContainsKey(CommonName) ? CommonName : null;
        return new AuthContext(identity, properties);
    }

    private static void Add(Dictionary<string, List<AuthProperty>> properties, string name, string value)
    {
        if (value.Length == 0)
        {
            return;
        }

        if (!properties.TryGetValue(name, out var values))
        {
            properties.Add(name, values = []);
        }

        values.Add(AuthProperty.Create(name, Encoding.UTF8.GetBytes(value)));
    }

    private static List<string> AlternativeNames(X509Certificate2 certificate)
    {
        var names = new List<string>();
        foreach (var extension in certificate.Extensions)
        {
            if (extension.Oid?.Value == SubjectAlternativeNameOid)
            {
                AlternativeNameReader.Read(extension.RawData, names);
            }
        }

        return names;
    }
}
