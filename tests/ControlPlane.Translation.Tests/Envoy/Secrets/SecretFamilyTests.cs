using System.Text;
using ControlPlane.Model.Collections;
using ControlPlane.Model.Objects;
using ControlPlane.Model.Proxies;
using ControlPlane.Translation.Envoy.Secrets;
using ControlPlane.Translation.Tests.Support;
using Envoy.Extensions.PrivateKeyProviders.Cryptomb.V3Alpha;
using Envoy.Extensions.PrivateKeyProviders.Qat.V3Alpha;
using static ControlPlane.Testing.Meshes.Objects;

namespace ControlPlane.Translation.Tests.Envoy.Secrets;

public sealed class SecretFamilyTests
{
    [Theory]
    [InlineData("cert=C;key=K", "C", "K")]
    [InlineData("tls.crt=C;tls.key=K", "C", "K")]
    [InlineData("cert=G;key=H;tls.crt=C;tls.key=K", "G", "H")]
    [InlineData("cert=G;key=;tls.crt=C;tls.key=K", "C", "K")]
    public void Certificate_GenericKeys_GoBeforeThoseOfKubernetes(string data, string chain, string key)
    {
        var certificate = Mesh("istio-system", "c", data).Secret("kubernetes://c")!.TlsCertificate;

        Assert.Equal((chain, key), (certificate.CertificateChain.InlineBytes.ToStringUtf8(), certificate.PrivateKey.InlineBytes.ToStringUtf8()));
    }

    [Theory]
    [InlineData("cert=C")]
    [InlineData("cert=C;key=")]
    [InlineData("tls.crt=;tls.key=K")]
    [InlineData("other=x")]
    public void Certificate_Incomplete_IsLeftOut(string data) => Assert.Null(Mesh("istio-system", "c", data).Secret("kubernetes://c"));

    [Fact]
    public void Certificate_Staple_IsSentWithTheKeysOfKubernetes() =>
        Assert.Equal("O", Mesh("istio-system", "c", "tls.crt=C;tls.key=K;tls.ocsp-staple=O").Secret("kubernetes://c")!.TlsCertificate.OcspStaple.InlineBytes.ToStringUtf8());

    [Fact]
    public void Roots_SecretOfTheirOwn_GoesBeforeTheCertificates()
    {
        var mesh = Mesh("istio-system", "c", "tls.crt=C;tls.key=K;ca.crt=A;ca.crl=R");
        var joint = mesh.Secret("kubernetes://c-cacert")!.ValidationContext;
        Assert.Equal(("A", "R"), (joint.TrustedCa.InlineBytes.ToStringUtf8(), joint.Crl.InlineBytes.ToStringUtf8()));

        mesh.Translated.Mesh.Put(Secret("istio-system", "c-cacert", "cacert=B"));
        Assert.Equal("B", mesh.Secret("kubernetes://c-cacert")!.ValidationContext.TrustedCa.InlineBytes.ToStringUtf8());
    }

    [Fact]
    public void Roots_OfAConfigMap_AreForEverybodyWhoIsKnown()
    {
        var mesh = new GatewayMesh();
        mesh.Translated.Mesh.Put(new ConfigMap { Meta = Meta("shop", "ca"), Data = Map("ca.crt=A") });
        mesh.Proxy = mesh.Proxy with { SecretAccess = SecretAccess.Named };

        Assert.Equal("A", mesh.Secret("configmap://shop/ca-cacert")!.ValidationContext.TrustedCa.InlineBytes.ToStringUtf8());
        mesh.Proxy = mesh.Proxy with { SecretAccess = SecretAccess.None };
        Assert.Null(mesh.Secret("configmap://shop/ca-cacert"));
    }

    [Theory]
    [InlineData("kubernetes://c", SecretAccess.Namespace, true)]
    [InlineData("kubernetes://istio-system/c", SecretAccess.Namespace, true)]
    [InlineData("kubernetes://c", SecretAccess.Named, false)]
    [InlineData("kubernetes://c-cacert", SecretAccess.Named, true)]
    [InlineData("kubernetes://c-cacert", SecretAccess.None, false)]
    [InlineData("kubernetes://shop/c", SecretAccess.Namespace, false)]
    [InlineData("kubernetes://shop/c-cacert", SecretAccess.Namespace, false)]
    [InlineData("kubernetes-gateway://istio-system/c", SecretAccess.Namespace, false)]
    [InlineData("default", SecretAccess.Namespace, false)]
    [InlineData("file-cert:/c~/k", SecretAccess.Namespace, false)]
    public void Access_OnlyToTheOwnNamespaceAndByWhatIsProven(string name, SecretAccess access, bool given)
    {
        var mesh = Mesh("istio-system", "c", "tls.crt=C;tls.key=K;ca.crt=A");
        mesh.Translated.Mesh.Put(Secret("shop", "c", "tls.crt=X;tls.key=Y;ca.crt=Z"));
        mesh.Proxy = mesh.Proxy with { SecretAccess = access };

        Assert.Equal(given, mesh.Secret(name) is not null);
    }

    [Theory]
    [InlineData("istio-system", "c", true)]
    [InlineData("shop", "c", true)]
    [InlineData("shop", "d", false)]
    public void Access_WithoutClusterToAsk_IsToWhatGatewaysName(string gateway, string named, bool given)
    {
        var mesh = Mesh("istio-system", "c", "tls.crt=C;tls.key=K").Gateway(
            $$$"""{"port": {"number": 443, "name": "x", "protocol": "HTTPS"}, "hosts": ["*"], "tls": {"mode": "SIMPLE", "credentialName": "{{{named}}}"}}""", @namespace: gateway);
        mesh.Proxy = mesh.Proxy with { SecretAccess = SecretAccess.Served };

        Assert.Equal(given, mesh.Secret("kubernetes://c") is not null);
        Assert.Null(mesh.Secret("kubernetes://shop/c"));
    }

    [Theory]
    [InlineData("istio-system", "istio-system", true)]
    [InlineData("shop", "istio-system", false)]
    [InlineData("istio-system", "shop", false)]
    public void Access_OfAGatewaysReference_NeedsGatewayAndSecretInTheProxysNamespace(string gateway, string secret, bool given)
    {
        var mesh = Mesh(secret, "c", "tls.crt=C;tls.key=K;ca.crt=A").Gateway(
            $$$"""{"port": {"number": 443, "name": "x", "protocol": "HTTPS"}, "hosts": ["*"], "tls": {"mode": "MUTUAL", "credentialName": "kubernetes-gateway://{{{secret}}}/c"}}""", @namespace: gateway);
        mesh.Proxy = mesh.Proxy with { SecretAccess = SecretAccess.Named };

        Assert.Equal(given, mesh.Secret($"kubernetes-gateway://{secret}/c") is not null);
        Assert.Equal(given, mesh.Secret($"kubernetes-gateway://{secret}/c-cacert") is not null);
    }

    [Theory]
    [InlineData("""[{"group": "gateway.networking.k8s.io", "kind": "Gateway", "namespace": "istio-system"}]""", """[{"group": "", "kind": "Secret"}]""", true)]
    [InlineData("""[{"group": "gateway.networking.k8s.io", "kind": "Gateway", "namespace": "istio-system"}]""", """[{"kind": "Secret", "name": "c"}]""", true)]
    [InlineData("""[{"group": "gateway.networking.k8s.io", "kind": "Gateway", "namespace": "istio-system"}]""", """[{"kind": "Secret", "name": "d"}]""", false)]
    [InlineData("""[{"group": "gateway.networking.k8s.io", "kind": "Gateway", "namespace": "other"}]""", """[{"kind": "Secret"}]""", false)]
    [InlineData("""[{"group": "gateway.networking.k8s.io", "kind": "HTTPRoute", "namespace": "istio-system"}]""", """[{"kind": "Secret"}]""", false)]
    [InlineData("""[{"group": "gateway.networking.k8s.io", "kind": "Gateway", "namespace": "istio-system"}]""", """[{"kind": "Service"}]""", false)]
    public void Access_OfAGatewaysReferenceIntoAnotherNamespace_NeedsAGrantOfItsOwner(string from, string to, bool given)
    {
        var mesh = Mesh("shop", "c", "tls.crt=C;tls.key=K;ca.crt=A").Gateway(
            """{"port": {"number": 443, "name": "x", "protocol": "HTTPS"}, "hosts": ["*"], "tls": {"mode": "MUTUAL", "credentialName": "kubernetes-gateway://shop/c"}}""");
        mesh.Put("gateway.networking.k8s.io/ReferenceGrant", "shop", "grant", $$"""{"from": {{from}}, "to": {{to}}}""");

        Assert.Equal(given, mesh.Secret("kubernetes-gateway://shop/c") is not null);
        Assert.Equal(given, mesh.Secret("kubernetes-gateway://shop/c-cacert") is not null);
        Assert.Null(mesh.Secret("kubernetes://shop/c"));
    }

    [Fact]
    public void KeyProvider_OfTheProxy_TakesTheKey()
    {
        var mesh = Mesh("istio-system", "c", "tls.crt=C;tls.key=K");
        mesh.Translated.Mesh.Settings("""{"defaultConfig": {"privateKeyProvider": {"cryptomb": {"pollDelay": "0.010s", "fallback": true}}}}""");

        var certificate = mesh.Secret("kubernetes://c")!.TlsCertificate;
        Assert.Null(certificate.PrivateKey);
        Assert.Equal(("cryptomb", true), (certificate.PrivateKeyProvider.ProviderName, certificate.PrivateKeyProvider.Fallback));
        var config = certificate.PrivateKeyProvider.TypedConfig.Unpack<CryptoMbPrivateKeyMethodConfig>();
        Assert.Equal(("K", 10_000_000), (config.PrivateKey.InlineBytes.ToStringUtf8(), config.PollDelay.Nanos));

        mesh.Translated.Mesh.Settings("""{"defaultConfig": {"privateKeyProvider": {"qat": {"pollDelay": "0.010s"}}}}""");
        Assert.Equal("K", mesh.Secret("kubernetes://c")!.TlsCertificate.PrivateKeyProvider.TypedConfig.Unpack<QatPrivateKeyMethodConfig>().PrivateKey.InlineBytes.ToStringUtf8());
    }

    [Fact]
    public void Files_ForAProxyWithoutAgent_AreNamed()
    {
        var mesh = new GatewayMesh();
        mesh.Proxy = mesh.Proxy with { Capabilities = new ProxyCapabilities([], true) };

        Assert.Equal("/c", mesh.Secret("file-cert:/c~/k")!.TlsCertificate.CertificateChain.Filename);
    }

    [Fact]
    public void Edit_OfOneSecret_EncodesItAlone()
    {
        var mesh = Mesh("istio-system", "a", "tls.crt=C;tls.key=K");
        mesh.Translated.Mesh.Put(Secret("istio-system", "b", "tls.crt=C;tls.key=K"));
        string[] names = ["kubernetes://a", "kubernetes://b"];
        mesh.Translated.Set(Model.Delivery.XdsType.Secret, mesh.Proxy, names);
        var before = mesh.Translated.Runs("Secret.Encode");

        mesh.Translated.Mesh.Put(Secret("istio-system", "b", "tls.crt=D;tls.key=K"));
        var set = mesh.Translated.Set(Model.Delivery.XdsType.Secret, mesh.Proxy, names);

        Assert.Equal((2, 1), (set.Resources.Count(), mesh.Translated.Runs("Secret.Encode") - before));
    }

    [Fact]
    public void Input_AsText_TellsNoKey() => Assert.DoesNotContain("a2V5", new SecretInput.Certificate("kubernetes://c", "Yw==", "a2V5", null, null).ToString(), StringComparison.Ordinal);

    [Fact]
    public void ServedSecrets_OfAListener_AreThoseOverItsOwnStream()
    {
        var mesh = new GatewayMesh().Gateway("""
            {"port": {"number": 443, "name": "x", "protocol": "HTTPS"}, "hosts": ["a.example.com"], "tls": {"mode": "MUTUAL", "credentialName": "c"}},
            {"port": {"number": 443, "name": "y", "protocol": "HTTPS"}, "hosts": ["b.example.com"], "tls": {"mode": "ISTIO_MUTUAL"}}
            """);

        Assert.Equal(["kubernetes://c", "kubernetes://c-cacert"], ServedSecrets.NamedBy(mesh.Listener("0.0.0.0_8443")!));
    }

    private static GatewayMesh Mesh(string @namespace, string name, string data)
    {
        var mesh = new GatewayMesh();
        mesh.Translated.Mesh.Put(Secret(@namespace, name, data));
        return mesh;
    }

    private static Secret Secret(string @namespace, string name, string data) => new()
    {
        Meta = Meta(@namespace, name),
        Base64Data = LabelMap.From(Map(data).Select(d => KeyValuePair.Create(d.Key, Convert.ToBase64String(Encoding.UTF8.GetBytes(d.Value))))),
    };
}
