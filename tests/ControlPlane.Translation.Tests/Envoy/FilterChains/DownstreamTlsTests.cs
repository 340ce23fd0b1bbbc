using ControlPlane.Translation.Tests.Support;
using Envoy.Extensions.TransportSockets.Tls.V3;
using static ControlPlane.Testing.Meshes.Objects;

namespace ControlPlane.Translation.Tests.Envoy.FilterChains;

public sealed class DownstreamTlsTests
{
    [Theory]
    [InlineData("SIMPLE", false, false)]
    [InlineData("MUTUAL", true, true)]
    [InlineData("OPTIONAL_MUTUAL", false, true)]
    public void Mode_DecidesWhetherClientsShowCertificates(string mode, bool required, bool checks)
    {
        var context = GatewayMesh.Tls($$"""{"mode": "{{mode}}", "credentialName": "c"}""");

        Assert.Equal(required, context.RequireClientCertificate);
        Assert.Equal(checks ? "kubernetes://c-cacert" : null, context.CommonTlsContext.CombinedValidationContext?.ValidationContextSdsSecretConfig.Name);
        Assert.Equal(["kubernetes://c"], Certificates(context));
        Assert.NotNull(context.CommonTlsContext.TlsCertificateSdsSecretConfigs[0].SdsConfig.Ads);
    }

    [Fact]
    public void Mode_IstioMutual_UsesTheProxysOwnCertificate()
    {
        var context = GatewayMesh.Tls("""{"mode": "ISTIO_MUTUAL"}""", protocol: "TLS");

        Assert.Equal(["default"], Certificates(context));
        Assert.Equal("ROOTCA", context.CommonTlsContext.CombinedValidationContext.ValidationContextSdsSecretConfig.Name);
        Assert.Equal(["istio-peer-exchange", "h2", "http/1.1"], context.CommonTlsContext.AlpnProtocols);
        Assert.True(context.RequireClientCertificate);
    }

    [Fact]
    public void Credentials_Several_AreAllServedAndTheFirstGivesTheRoots()
    {
        var context = GatewayMesh.Tls("""{"mode": "MUTUAL", "credentialNames": ["rsa", "ecdsa"]}""");

        Assert.Equal(["kubernetes://rsa", "kubernetes://ecdsa"], Certificates(context));
        Assert.Equal("kubernetes://rsa-cacert", Roots(context));
    }

    [Fact]
    public void Credentials_RootsByName_StandAsTheyAre() => Assert.Equal(
        "configmap://ns/ca", Roots(GatewayMesh.Tls("""{"mode": "MUTUAL", "credentialName": "kubernetes-gateway://ns/c", "caCertCredentialName": "configmap://ns/ca"}""")));

    [Fact]
    public void Credentials_WhatClientsMustShow_IsWritten()
    {
        var hash = new string('a', 64);
        var context = GatewayMesh.Tls(
            $$"""{"mode": "MUTUAL", "credentialName": "c", "subjectAltNames": ["n"], "verifyCertificateSpki": ["s"], "verifyCertificateHash": ["{{hash}}"], "insecureSkipVerify": true}""");

        var checks = context.CommonTlsContext.CombinedValidationContext.DefaultValidationContext;
#pragma warning disable CS0612, CS0618 // The list that istiod writes.
        Assert.Equal("n", checks.MatchSubjectAltNames.Single().Exact);
#pragma warning restore CS0612, CS0618
        Assert.Equal(["s"], checks.VerifyCertificateSpki);
        Assert.Equal([hash], checks.VerifyCertificateHash);
        Assert.Equal(CertificateValidationContext.Types.TrustChainVerification.AcceptUntrusted, checks.TrustChainVerification);
    }

    [Fact]
    public void Credentials_SimpleWithNames_ChecksThemWithoutRoots()
    {
        var common = GatewayMesh.Tls("""{"mode": "SIMPLE", "credentialName": "c", "subjectAltNames": ["n"]}""").CommonTlsContext;

        Assert.NotNull(common.ValidationContext);
        Assert.Null(common.ValidationContext.TrustedCa);
    }

    [Theory]
    [InlineData("", "sds-grpc")]
    [InlineData("file-credential=\"true\"", "sds-files-grpc")]
    public void Files_AreServedByTheAgentOrTheUsersServer(string metadata, string cluster)
    {
        var context = GatewayMesh.Tls(
            """{"mode": "MUTUAL", "serverCertificate": "/c", "privateKey": "/k", "caCertificates": "/ca", "caCrl": "/crl"}""", metadata: Map(metadata));

        Assert.Equal(["file-cert:/c~/k"], Certificates(context));
        Assert.Equal("file-root:/ca", Roots(context));
        Assert.Equal("/crl", context.CommonTlsContext.CombinedValidationContext.DefaultValidationContext.Crl.Filename);
        Assert.Equal(cluster, context.CommonTlsContext.TlsCertificateSdsSecretConfigs[0].SdsConfig.ApiConfigSource.GrpcServices[0].EnvoyGrpc.ClusterName);
    }

    [Fact]
    public void Files_SeveralCertificates_AreAllServed() => Assert.Equal(
        ["file-cert:/a~/b", "file-cert:/c~/d"],
        Certificates(GatewayMesh.Tls("""{"mode": "SIMPLE", "tlsCertificates": [{"serverCertificate": "/a", "privateKey": "/b"}, {"serverCertificate": "/c", "privateKey": "/d"}]}""")));

    [Theory]
    [InlineData("credential=\"true\"", "sds://x", "sds-external", "")]
    [InlineData("", "x", "outbound|80||web.shop.svc.cluster.local", "web.shop.svc.cluster.local")]
    public void ExternalServer_BesideTheProxyOrInTheMesh_IsAsked(string metadata, string name, string cluster, string authority)
    {
        var reference = GatewayMesh.Tls(
            """{"mode": "SIMPLE", "credentialName": "sds://x"}""",
            """{"extensionProviders": [{"name": "keys", "sds": {"service": "web.shop.svc.cluster.local", "port": 80}}]}""",
            metadata: Map(metadata)).CommonTlsContext.TlsCertificateSdsSecretConfigs.Single();

        var grpc = reference.SdsConfig.ApiConfigSource.GrpcServices.Single().EnvoyGrpc;
        Assert.Equal((name, cluster, authority), (reference.Name, grpc.ClusterName, grpc.Authority));
    }

    [Fact]
    public void ExternalServer_NotConfigured_IsReplacedByTheControlPlane() =>
        Assert.Equal(["kubernetes://x"], Certificates(GatewayMesh.Tls("""{"mode": "SIMPLE", "credentialName": "sds://x"}""")));

    [Fact]
    public void Parameters_OfTheServer_ReplaceTheMeshsFieldByField()
    {
        const string mesh = """{"tlsDefaults": {"minProtocolVersion": "TLSV1_3", "cipherSuites": ["AES128-SHA"], "ecdhCurves": ["P-256"]}}""";
        var own = GatewayMesh.Tls("""{"mode": "SIMPLE", "credentialName": "c", "minProtocolVersion": "TLSV1_2", "cipherSuites": ["AES256-SHA", "ROT13", "AES256-SHA"]}""", mesh).CommonTlsContext.TlsParams;
        var inherited = GatewayMesh.Tls("""{"mode": "SIMPLE", "credentialName": "c"}""", mesh).CommonTlsContext.TlsParams;

        Assert.Equal((TlsParameters.Types.TlsProtocol.Tlsv12, "AES256-SHA", "P-256"), (own.TlsMinimumProtocolVersion, own.CipherSuites.Single(), own.EcdhCurves.Single()));
        Assert.Equal((TlsParameters.Types.TlsProtocol.Tlsv13, "AES128-SHA"), (inherited.TlsMinimumProtocolVersion, inherited.CipherSuites.Single()));
        Assert.Null(GatewayMesh.Tls("""{"mode": "ISTIO_MUTUAL"}""", mesh).CommonTlsContext.TlsParams);
    }

    private static IEnumerable<string> Certificates(DownstreamTlsContext context) => context.CommonTlsContext.TlsCertificateSdsSecretConfigs.Select(c => c.Name);

    private static string Roots(DownstreamTlsContext context) => context.CommonTlsContext.CombinedValidationContext.ValidationContextSdsSecretConfig.Name;
}
