using System.Diagnostics;
using System.Formats.Asn1;
using System.Security.Cryptography;
using ControlPlane.Security.Signing;
using ControlPlane.Security.Tests.Support;
using ControlPlane.Testing.Processes;

namespace ControlPlane.Security.Tests.Signing;

public sealed class CsrReaderTests
{
    [Theory]
    [InlineData("P-256")]
    [InlineData("P-384")]
    [InlineData("RSA-2048")]
    [InlineData("RSA-4096")]
    public void S23_Request_InPemAndDer_GivesItsKey(string kind)
    {
        using var key = Csrs.NewKey(kind);
        var request = Csrs.Of(key);
        var expected = key.ExportSubjectPublicKeyInfo();
        var pem = request.CreateSigningRequestPem();

        Assert.Equal(expected, CsrReader.Read(pem).Encoded.ToArray());
        Assert.Equal(expected, CsrReader.Read("first\n" + pem + "\n" + Csrs.Of(Csrs.NewKey("P-256")).CreateSigningRequestPem()).Encoded.ToArray());
        Assert.Equal(expected, CsrReader.Read(pem.Replace("CERTIFICATE REQUEST", "NEW CERTIFICATE REQUEST", StringComparison.Ordinal)).Encoded.ToArray());
        Assert.Equal(expected, CsrReader.Read(request.CreateSigningRequest()).Encoded.ToArray());
        Assert.Equal(expected, CsrReader.Read(Convert.ToBase64String(request.CreateSigningRequest())).Encoded.ToArray());
    }

    [Theory]
    [InlineData("RSA-1024")]
    [InlineData("P-521")]
    [InlineData("brainpool")]
    public void S24_Request_WithAKeyThatIsNotAllowed_IsRefused(string kind)
    {
        using var key = Csrs.NewKey(kind);

        Assert.Contains("P-256", Assert.Throws<CsrException>(() => CsrReader.Read(Csrs.Of(key).CreateSigningRequestPem())).Message, StringComparison.Ordinal);
    }

    [OpenSslFact]
    public async Task S24_Request_WithEd25519_IsRefusedByName()
    {
        using var folder = new TemporaryFolder();
        await OpenSsl.RunAsync("req", "-new", "-newkey", "ed25519", "-nodes", "-subj", "/O=istio", "-keyout", folder.File("k"), "-out", folder.File("r"));
        var pem = await File.ReadAllTextAsync(folder.File("r"));

        Assert.Contains("Ed25519 is not supported", Assert.Throws<CsrException>(() => CsrReader.Read(pem)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void S24_RsaRequest_WithTheExponentOne_IsRefused()
    {
        using var key = RSA.Create(2048);
        var algorithm = new AsnWriter(AsnEncodingRules.DER);
        using (algorithm.PushSequence())
        {
            algorithm.WriteObjectIdentifier("1.2.840.113549.1.1.11");
            algorithm.WriteNull();
        }

        var info = InfoOf(key.ExportParameters(false).Modulus!, exponent: 1);

        // Anyone can make it: to the power of one the padded hash is its own signature.
        byte[] prefix = [0x30, 0x31, 0x30, 0x0d, 0x06, 0x09, 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x01, 0x05, 0x00, 0x04, 0x20];
        byte[] tail = [0, .. prefix, .. SHA256.HashData(info)];
        byte[] signature = [0, 1, .. Enumerable.Repeat((byte)0xff, 256 - 2 - tail.Length), .. tail];
        var request = new AsnWriter(AsnEncodingRules.DER);
        using (request.PushSequence())
        {
            request.WriteEncodedValue(info);
            request.WriteEncodedValue(algorithm.Encode());
            request.WriteBitString(signature);
        }

        Assert.Contains("not allowed", Assert.Throws<CsrException>(() => CsrReader.Read(request.Encode())).Message, StringComparison.Ordinal);
    }

    /// <summary>The key would go into a certificate as it is.</summary>
    [Theory]
    [InlineData("P-256", "301306072a8648ce3d020106082a8648ce3d030107", "301506072a8648ce3d020106082a8648ce3d0301070500")]
    [InlineData("RSA-2048", "300d06092a864886f70d0101010500", "300b06092a864886f70d010101")]
    public void S24_Request_WhoseKeyComesWithOtherParameters_IsRefused(string kind, string usual, string other)
    {
        using var key = Csrs.NewKey(kind);
        var request = new AsnReader(Csrs.Of(key).CreateSigningRequest(), AsnEncodingRules.DER).ReadSequence();
        var info = request.ReadSequence();
        var body = new AsnWriter(AsnEncodingRules.DER);
        using (body.PushSequence())
        {
            body.WriteEncodedValue(info.ReadEncodedValue().Span);
            body.WriteEncodedValue(info.ReadEncodedValue().Span);
            var (algorithm, bits) = Halves(info.ReadEncodedValue());
            Assert.Equal(usual, Convert.ToHexStringLower(algorithm.Span));
            using (body.PushSequence())
            {
                body.WriteEncodedValue(Convert.FromHexString(other));
                body.WriteEncodedValue(bits.Span);
            }

            body.WriteEncodedValue(info.ReadEncodedValue().Span);
        }

        var signature = key is ECDsa ec
            ? ec.SignData(body.Encode(), HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence)
            : ((RSA)key).SignData(body.Encode(), HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        var whole = new AsnWriter(AsnEncodingRules.DER);
        using (whole.PushSequence())
        {
            whole.WriteEncodedValue(body.Encode());
            whole.WriteEncodedValue(request.ReadEncodedValue().Span);
            whole.WriteBitString(signature);
        }

        Assert.Throws<CsrException>(() => CsrReader.Read(whole.Encode()));
    }

    [Fact]
    public void S24_Request_ThatIsTooBig_IsRefused()
    {
        Assert.Throws<CsrException>(() => CsrReader.Read(new string('A', CsrReader.MaxBytes + 1)));
        Assert.Throws<CsrException>(() => CsrReader.Read(new byte[CsrReader.MaxBytes + 1]));
    }

    [Fact]
    public void S23_Request_SignedByAnotherKey_IsRefused()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var other = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var der = Csrs.Of(key).CreateSigningRequest();
        var mine = key.ExportSubjectPublicKeyInfo();
        var at = der.AsSpan().IndexOf(mine);
        other.ExportSubjectPublicKeyInfo().CopyTo(der.AsSpan(at));

        Assert.Throws<CsrException>(() => CsrReader.Read(der));
    }

    [Theory]
    [InlineData("")]
    [InlineData("no request")]
    [InlineData("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----")]
    [InlineData("-----BEGIN CERTIFICATE REQUEST-----\n-----END CERTIFICATE REQUEST-----")]
    [InlineData("-----BEGIN CERTIFICATE REQUEST-----\nAAAA\n-----END CERTIFICATE REQUEST-----")]
    public void S23_Request_Malformed_IsRefused(string text) => Assert.Throws<CsrException>(() => CsrReader.Read(text));

    [Fact]
    public void S23_Request_InThousandsOfMutants_IsReadOrRefusedAndNothingElse()
    {
        using var ec = Csrs.NewKey("P-256");
        using var rsa = Csrs.NewKey("RSA-2048");
        byte[][] seeds = [Csrs.Of(ec).CreateSigningRequest(), Csrs.Of(rsa).CreateSigningRequest()];
        var random = new Random(22);
        var refused = 0;
        var watch = Stopwatch.StartNew();
        for (var i = 0; i < 4000 && watch.Elapsed < TimeSpan.FromSeconds(20); i++)
        {
            var mutant = seeds[i % seeds.Length].ToArray();
            for (var change = random.Next(1, 4); change > 0; change--)
                mutant[random.Next(mutant.Length)] = (byte)random.Next(256);
            try
            {
                CsrReader.Read(random.Next(8) == 0 ? mutant[..random.Next(mutant.Length)] : mutant);
            }
            catch (CsrException)
            {
                refused++;
            }
        }

        Assert.True(refused > 1000, $"{refused} refused");
    }

    /// <summary>OpenSSL where it is there, .NET elsewhere: no request may pass one and not the other.</summary>
    [Fact]
    public void S23_Request_AndItsMutants_AreTheSameToBothVerifiers()
    {
        Assert.True(OpenSslKeys.AreThere || !OperatingSystem.IsLinux(), "libcrypto.so.3 is not there");
        if (!OpenSslKeys.AreThere)
            return;
        var random = new Random(23);
        var (taken, refused) = (0, 0);
        foreach (var kind in new[] { "P-256", "P-384", "RSA-2048", "RSA-3072" })
        {
            using var key = Csrs.NewKey(kind);
            var seed = Csrs.Of(key).CreateSigningRequest();
            for (var i = 0; i < 400; i++)
            {
                var mutant = seed.ToArray();
                for (var change = i == 0 ? 0 : random.Next(1, 3); change > 0; change--)
                    mutant[random.Next(2) == 0 ? random.Next(mutant.Length) : mutant.Length - 1 - random.Next(80)] ^= (byte)(1 << random.Next(8));
                var verdicts = new[] { true, false }.Select(byOpenSsl => IsTaken(mutant, byOpenSsl)).ToArray();
                Assert.True(verdicts[0] == verdicts[1], $"{kind}: OpenSSL {verdicts[0]}, .NET {verdicts[1]}: {Convert.ToHexString(mutant)}");
                (taken, refused) = verdicts[0] ? (taken + 1, refused) : (taken, refused + 1);
            }
        }

        Assert.True(taken >= 4 && refused > 1000, $"{taken} taken, {refused} refused");
    }

    private static bool IsTaken(byte[] request, bool byOpenSsl)
    {
        try
        {
            CsrReader.Read(request, byOpenSsl);
            return true;
        }
        catch (CsrException)
        {
            return false;
        }
    }

    private static (ReadOnlyMemory<byte> First, ReadOnlyMemory<byte> Second) Halves(ReadOnlyMemory<byte> sequence)
    {
        var reader = new AsnReader(sequence, AsnEncodingRules.DER).ReadSequence();
        return (reader.ReadEncodedValue(), reader.ReadEncodedValue());
    }

    private static byte[] InfoOf(byte[] modulus, int exponent)
    {
        var key = new AsnWriter(AsnEncodingRules.DER);
        using (key.PushSequence())
        {
            key.WriteIntegerUnsigned(modulus);
            key.WriteInteger(exponent);
        }

        var info = new AsnWriter(AsnEncodingRules.DER);
        using (info.PushSequence())
        {
            info.WriteInteger(0);
            using (info.PushSequence())
            {
                // The empty name.
            }

            using (info.PushSequence())
            {
                using (info.PushSequence())
                {
                    info.WriteObjectIdentifier("1.2.840.113549.1.1.1");
                    info.WriteNull();
                }

                info.WriteBitString(key.Encode());
            }

            using (info.PushSetOf(new Asn1Tag(TagClass.ContextSpecific, 0)))
            {
                // No attributes.
            }
        }

        return info.Encode();
    }
}
