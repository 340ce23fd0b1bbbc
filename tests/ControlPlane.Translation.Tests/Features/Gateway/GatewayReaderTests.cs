using ControlPlane.Model.Diagnostics;
using ControlPlane.Model.Objects;
using ControlPlane.Translation.Features;
using ControlPlane.Translation.Features.Gateway;
using ControlPlane.Translation.Tests.Support;

namespace ControlPlane.Translation.Tests.Features.Gateway;

public sealed class GatewayReaderTests
{
    [Theory]
    [InlineData("""{"servers": []}""", "spec.servers")]
    [InlineData("""{"servers": [{"hosts": ["*"]}]}""", "spec.servers[0].port")]
    [InlineData("""{"servers": [{"port": {"number": 80, "name": "a", "protocol": "HTTP"}}]}""", "spec.servers[0].hosts")]
    [InlineData("""{"servers": [{"port": {"number": 80, "name": "a", "protocol": "SMTP"}, "hosts": ["*"]}]}""", "spec.servers[0].port.protocol")]
    [InlineData("""{"servers": [{"port": {"number": 0, "name": "a", "protocol": "HTTP"}, "hosts": ["*"]}]}""", "spec.servers[0].port.number")]
    [InlineData("""{"servers": [{"port": {"number": 80, "protocol": "HTTP"}, "hosts": ["*"]}]}""", "spec.servers[0].port.name")]
    [InlineData("""{"servers": [{"port": {"number": 80, "name": "a", "protocol": "HTTP", "targetPort": 1}, "hosts": ["*"]}]}""", "spec.servers[0].port.targetPort")]
    [InlineData("""{"servers": [{"port": {"number": 80, "name": "a", "protocol": "HTTP"}, "hosts": ["web"]}]}""", "spec.servers[0].hosts[0]")]
    [InlineData("""{"servers": [{"port": {"number": 80, "name": "a", "protocol": "HTTP"}, "hosts": ["*a.example.com"]}]}""", "spec.servers[0].hosts[0]")]
    [InlineData("""{"servers": [{"port": {"number": 80, "name": "a", "protocol": "HTTP"}, "hosts": ["n s/a.example.com"]}]}""", "spec.servers[0].hosts[0]")]
    [InlineData("""{"servers": [{"port": {"number": 80, "name": "a", "protocol": "HTTP"}, "hosts": ["*"], "bind": "here"}]}""", "spec.servers[0].bind")]
    [InlineData("""{"servers": [{"port": {"number": 80, "name": "a", "protocol": "HTTP"}, "hosts": ["*"], "bind": "unix:///run/x"}]}""", "spec.servers[0].port.number")]
    [InlineData("""{"servers": [{"port": {"number": 80, "name": "a", "protocol": "HTTP"}, "hosts": ["*"], "tls": {"mode": "SIMPLE"}}]}""", "spec.servers[0].tls")]
    [InlineData("""{"servers": [{"port": {"number": 443, "name": "a", "protocol": "HTTPS"}, "hosts": ["*"]}]}""", "spec.servers[0].tls")]
    [InlineData("""{"servers": [{"port": {"number": 443, "name": "a", "protocol": "HTTPS"}, "hosts": ["*"], "tls": {"mode": "SIMPLE"}}]}""", "spec.servers[0].tls.serverCertificate")]
    [InlineData("""{"servers": [{"port": {"number": 443, "name": "a", "protocol": "HTTPS"}, "hosts": ["*"], "tls": {"mode": "MUTUAL", "serverCertificate": "c", "privateKey": "k"}}]}""", "spec.servers[0].tls.caCertificates")]
    [InlineData("""{"servers": [{"port": {"number": 443, "name": "a", "protocol": "HTTPS"}, "hosts": ["*"], "tls": {"mode": "ISTIO_MUTUAL", "credentialName": "c"}}]}""", "spec.servers[0].tls")]
    [InlineData("""{"servers": [{"port": {"number": 443, "name": "a", "protocol": "HTTPS"}, "hosts": ["*"], "tls": {"mode": "SIMPLE", "credentialName": "c", "credentialNames": ["d"]}}]}""", "spec.servers[0].tls")]
    [InlineData("""{"servers": [{"port": {"number": 443, "name": "a", "protocol": "HTTPS"}, "hosts": ["*"], "tls": {"mode": "SIMPLE", "serverCertificate": "c", "privateKey": "k", "caCrl": "r"}}]}""", "spec.servers[0].tls.caCrl")]
    public void Object_SpecThatIstioRefuses_IsRefusedWithItsField(string spec, string field)
    {
        var parsed = Read(spec);

        Assert.Null(parsed.Spec);
        Assert.Contains(parsed.Diagnostics, d => d.Severity == Severity.Error && d.Field == field);
    }

    [Fact]
    public void Object_TwoServersWithOnePortName_IsRefused() => Assert.Contains(
        Read("""{"servers": [{"port": {"number": 80, "name": "a", "protocol": "HTTP"}, "hosts": ["*"]}, {"port": {"number": 81, "name": "a", "protocol": "HTTP"}, "hosts": ["*"]}]}""").Diagnostics,
        d => d.Field == "spec.servers[1].port.name");

    [Theory]
    [InlineData("""{"servers": [{"port": {"number": 80, "name": "a", "protocol": "HTTP"}, "hosts": ["*"], "defaultEndpoint": "127.0.0.1:80"}]}""", "spec.servers[0].defaultEndpoint")]
    [InlineData("""{"servers": [{"port": {"number": 443, "name": "a", "protocol": "HTTPS"}, "hosts": ["*"], "tls": {"mode": "SIMPLE", "credentialName": "c", "cipherSuites": ["ROT13"]}}]}""", "spec.servers[0].tls.cipherSuites[0]")]
    [InlineData("""{"servers": [{"port": {"number": 443, "name": "a", "protocol": "TLS"}, "hosts": ["*"], "tls": {"credentialName": "c"}}]}""", "spec.servers[0].tls")]
    public void Object_FieldWithoutEffect_IsAWarning(string spec, string field)
    {
        var parsed = Read(spec);

        Assert.NotNull(parsed.Spec);
        Assert.Contains(parsed.Diagnostics, d => d.Severity == Severity.Warning && d.Field == field);
    }

    [Fact]
    public void Hosts_DotAndStar_MeanOwnAndEveryNamespace() => Assert.Equal(
        ["ns/a.example.com", "b.example.com", "other/c.example.com", "d.example.com"],
        Server("""["./a.example.com", "*/b.example.com", "other/c.example.com", "d.example.com"]""").Hosts);

    [Fact]
    public void Hosts_StarSlashStar_MakesOthersSuperfluous() => Assert.Equal(["*"], Server("""["./a.example.com", "*/*"]""").Hosts);

    private static GatewayServer Server(string hosts) =>
        Read($$"""{"servers": [{"port": {"number": 80, "name": "a", "protocol": "HTTP"}, "hosts": {{hosts}}}]}""").Spec!.Servers[0];

    private static Parsed<GatewaySpec> Read(string spec) =>
        new GraphBuilder().Put(GraphBuilder.Config("Gateway", "ns", "gw", spec)).Get(Gateways.Object, new ObjectKey("ns", "gw"));
}
