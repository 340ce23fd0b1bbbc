using System.Formats.Asn1;
using System.Security.Cryptography.X509Certificates;

namespace ControlPlane.Security.Callers;

/// <summary>The URIs that a certificate names as its subject's (RFC 5280, 4.2.1.6).</summary>
internal static class PeerNames
{
    private const string SubjectAlternativeName = "2.5.29.17";
    private static readonly Asn1Tag UriTag = new(TagClass.ContextSpecific, 6);

    /// <summary>The URIs; none where a name can't be read, since half of a broken identity must not count as one.</summary>
    public static IReadOnlyList<string> Of(X509Certificate2 certificate)
    {
        var names = new List<string>();
        foreach (var extension in certificate.Extensions)
        {
            if (extension.Oid?.Value != SubjectAlternativeName)
                continue;
            try
            {
                var sequence = new AsnReader(extension.RawData, AsnEncodingRules.DER).ReadSequence();
                while (sequence.HasData)
                {
                    if (sequence.PeekTag() == UriTag)
                        names.Add(sequence.ReadCharacterString(UniversalTagNumber.IA5String, UriTag));
                    else
                        sequence.ReadEncodedValue();
                }
            }
            catch (AsnContentException)
            {
                return [];
            }
        }

        return names;
    }
}
