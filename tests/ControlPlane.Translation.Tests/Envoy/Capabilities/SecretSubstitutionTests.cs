using ControlPlane.Translation.Envoy.Capabilities;
using Envoy.Extensions.TransportSockets.Tls.V3;

namespace ControlPlane.Translation.Tests.Envoy.Capabilities;

public class SecretSubstitutionTests
{
    [Theory]
    [InlineData("sds-grpc", true)]
    [InlineData("sds-files-grpc", true)]
    [InlineData("sds-external", false)]
    [InlineData("outbound|9000||cart.shop.svc.cluster.local", false)]
    public void SecretsOfTheAgent_WithoutOne_AreAskedOfUs(string server, bool moved)
    {
        var source = $$$$$$$$$"""{"apiConfigSource": {"apiType": "GRPC", "grpcServices": [{"envoyGrpc": {"clusterName": "{{{{{{{{{server}}}}}}}}}"}}]}, "resourceApiVersion": "V3"}""";

        var context = Context($$$$$$$$$"""{"combinedValidationContext": {"validationContextSdsSecretConfig": {"name": "ROOTCA", "sdsConfig": {{{{{{{{{source}}}}}}}}}}}}""");

        Substituted.Equal(
            moved ? """{"ads": {}, "resourceApiVersion": "V3"}""" : source,
            context["combinedValidationContext"]!["validationContextSdsSecretConfig"]!["sdsConfig"]);
    }

    [Fact]
    public void SubjectAltNames_OfAnIdentity_BecomeUris()
    {
        var context = Context(
            """
            {"combinedValidationContext": {"defaultValidationContext": {"matchSubjectAltNames": [
              {"exact": "spiffe://cluster.local/ns/shop/sa/web"}, {"prefix": "spiffe://cluster.local/"}]}}}
            """);

        Substituted.Equal(
            """
            {"matchTypedSubjectAltNames": [{"sanType": "URI", "matcher": {"exact": "spiffe://cluster.local/ns/shop/sa/web"}},
              {"sanType": "URI", "matcher": {"prefix": "spiffe://cluster.local/"}}]}
            """,
            context["combinedValidationContext"]!["defaultValidationContext"]);
    }

    [Fact]
    public void SubjectAltNames_OfAnyOtherKind_AreLookedForInEveryKind()
    {
        var context = Context("""{"validationContext": {"matchSubjectAltNames": [{"suffix": ".example"}]}}""");

        Substituted.Equal(
            """
            {"matchTypedSubjectAltNames": [{"sanType": "DNS", "matcher": {"suffix": ".example"}}, {"sanType": "URI", "matcher": {"suffix": ".example"}},
              {"sanType": "EMAIL", "matcher": {"suffix": ".example"}}, {"sanType": "IP_ADDRESS", "matcher": {"suffix": ".example"}}]}
            """,
            context["validationContext"]);
    }

    [Fact]
    public void KeyForCryptoMb_WithoutIt_IsAnOrdinaryKey()
    {
        var secret = Substituted.Secret(
            """
            {"name": "s", "tlsCertificate": {"certificateChain": {"inlineBytes": "QUJD"}, "privateKeyProvider": {"providerName": "cryptomb", "fallback": true,
              "typedConfig": {"@type": "type.googleapis.com/envoy.extensions.private_key_providers.cryptomb.v3alpha.CryptoMbPrivateKeyMethodConfig",
                "pollDelay": "0.010s", "privateKey": {"inlineBytes": "REVG"}}}}}
            """);

        Substituted.Equal(
            """{"name": "s", "tlsCertificate": {"certificateChain": {"inlineBytes": "QUJD"}, "privateKey": {"inlineBytes": "REVG"}}}""", secret);
    }

    [Theory]
    [InlineData("file-cert:/c.pem~/k.pem", """{"name": "file-cert:/c.pem~/k.pem", "tlsCertificate": {"certificateChain": {"filename": "/c.pem"}, "privateKey": {"filename": "/k.pem"}}}""")]
    [InlineData("file-root:/ca.pem", """{"name": "file-root:/ca.pem", "validationContext": {"trustedCa": {"filename": "/ca.pem"}}}""")]
    [InlineData("file-root:system", """{"name": "file-root:system", "validationContext": {"trustedCa": {"filename": "/etc/ssl/certs/ca-certificates.crt"}}}""")]
    public void FileSecret_NamesItsFiles(string name, string expected) => Assert.Equal(Substituted.Read<Secret>(expected), FileSecrets.Resolve(name));

    [Theory]
    [InlineData("default")]
    [InlineData("file-root:")]
    [InlineData("file-cert:/c.pem")]
    [InlineData("file-cert:~/k.pem")]
    [InlineData("file-cert:/c.pem~/k.pem~/x")]
    public void OtherName_IsNoFileSecret(string name) => Assert.Null(FileSecrets.Resolve(name));

    private static System.Text.Json.Nodes.JsonNode Context(string common)
    {
        var cluster = Substituted.Cluster(
            $$$$$$$$$"""
            {"name": "c", "transportSocket": {"name": "tls", "typedConfig": {
              "@type": "type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.UpstreamTlsContext", "commonTlsContext": {{{{{{{{{common}}}}}}}}}}}}
            """);
        return cluster["transportSocket"]!["typedConfig"]!["commonTlsContext"]!;
    }
}
