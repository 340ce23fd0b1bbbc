using System.Formats.Asn1;
using System.Net;

namespace ControlPlane.Grpc.Server;

/// <summary>Reads URIs, DNS names and addresses from a subject alternative name extension (RFC 5280, 4.2.1.6).</summary>
internal static class AlternativeNameReader
{
    private static readonly Asn1Tag Dns = new(TagClass.ContextSpecific, 2);
    private static readonly Asn1Tag Uri = new(TagClass.ContextSpecific, 6);
    private static readonly Asn1Tag Ip = new(TagClass.ContextSpecific, 7);

    /// <summary>Appends the names; an extension that is not valid DER adds none.</summary>
    public static void Read(byte[] extension, List<string> names)
    {
        var found = new List<string>();
        try
        {
            var sequence = new AsnReader(extension, AsnEncodingRules.DER).ReadSequence();
            while (sequence.HasData)
            {
                var tag = sequence.PeekTag();
                if (tag == Dns || tag == Uri)
                {
                    found.Add(sequence.ReadCharacterString(UniversalTagNumber.IA5String, tag));
                }
                else if (tag == Ip)
                {
                    found.Add(new IPAddress(sequence.ReadOctetString(tag)).ToString());
                }
                else
                {
                    sequence.ReadEncodedValue();
                }
            }
        }
        catch (Exception e) when (e is AsnContentException or ArgumentException)
        {
            // Half of a broken identity must not count as one.
            return;
        }

        names.AddRange(found);
    }
}
