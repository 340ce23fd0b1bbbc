using ControlPlane.Model.Diagnostics;
using ControlPlane.Model.Objects;
using ControlPlane.Testing.Meshes;
using ControlPlane.Translation.Features.Sidecar;
using ControlPlane.Translation.Features.Validation;
using static ControlPlane.Translation.Tests.Support.Rules;

namespace ControlPlane.Translation.Tests.Features.Sidecar;

public sealed class SidecarRulesTests
{
    [Theory]
    [InlineData("{}", "spec")]
    [InlineData("""{"egress":[{}]}""", "spec.egress[0].hosts")]
    [InlineData("""{"egress":[{"hosts":["nonsense"]}]}""", "spec.egress[0].hosts[0]")]
    [InlineData("""{"egress":[{"hosts":["a.b/*"]}]}""", "spec.egress[0].hosts[0]")]
    [InlineData("""{"egress":[{"hosts":["./*a.org"]}]}""", "spec.egress[0].hosts[0]")]
    [InlineData("""{"egress":[{"hosts":["./*"]},{"hosts":["*/*"]}]}""", "spec.egress[0]")]
    [InlineData("""{"egress":[{"port":{"number":80,"protocol":"HTTP"},"hosts":["./*"]},{"port":{"number":80,"protocol":"HTTP"},"hosts":["./*"]}]}""", "spec.egress[1].port.number")]
    [InlineData("""{"egress":[{"port":{"number":80,"protocol":"SPDY"},"hosts":["./*"]}]}""", "spec.egress[0].port.protocol")]
    [InlineData("""{"egress":[{"port":{"number":80,"protocol":"HTTP","targetPort":81},"hosts":["./*"]}]}""", "spec.egress[0].port.targetPort")]
    [InlineData("""{"egress":[{"port":{"number":80,"protocol":"HTTP"},"bind":"unix:///s","hosts":["./*"]}]}""", "spec.egress[0].bind")]
    [InlineData("""{"egress":[{"port":{"number":0,"protocol":"HTTP"},"bind":"10.0.0.1","hosts":["./*"]}]}""", "spec.egress[0].bind")]
    [InlineData("""{"egress":[{"port":{"number":0,"protocol":"HTTP"},"bind":"unix:///s","captureMode":"IPTABLES","hosts":["./*"]}]}""", "spec.egress[0].captureMode")]
    [InlineData("""{"ingress":[{"defaultEndpoint":"127.0.0.1:80"}]}""", "spec.ingress[0].port")]
    [InlineData("""{"ingress":[{"port":{"number":70000,"protocol":"HTTP"}}]}""", "spec.ingress[0].port.number")]
    [InlineData("""{"ingress":[{"port":{"number":80,"protocol":"HTTP"},"bind":"here"}]}""", "spec.ingress[0].bind")]
    [InlineData("""{"ingress":[{"port":{"number":80,"protocol":"HTTP"},"defaultEndpoint":"10.0.0.1:80"}]}""", "spec.ingress[0].defaultEndpoint")]
    [InlineData("""{"ingress":[{"port":{"number":80,"protocol":"HTTP"},"defaultEndpoint":"127.0.0.1"}]}""", "spec.ingress[0].defaultEndpoint")]
    [InlineData("""{"ingress":[{"port":{"number":80,"protocol":"HTTP"},"defaultEndpoint":"unix://s"}]}""", "spec.ingress[0].defaultEndpoint")]
    [InlineData("""{"ingress":[{"port":{"number":80,"protocol":"HTTP"}},{"port":{"number":80,"protocol":"HTTP"}}]}""", "spec.ingress[1].port.number")]
    [InlineData("""{"ingress":[{"port":{"number":80,"protocol":"HTTP"},"tls":{"mode":"SIMPLE"}}]}""", "spec.ingress[0].tls")]
    [InlineData("""{"ingress":[{"port":{"number":80,"protocol":"HTTPS"},"tls":{"mode":"SIMPLE","credentialName":"c"}}]}""", "spec.ingress[0].tls.credentialName")]
    [InlineData("""{"ingress":[{"port":{"number":80,"protocol":"HTTP"},"connectionPool":{}}]}""", "spec.ingress[0].connectionPool")]
    [InlineData("""{"outboundTrafficPolicy":{"egressProxy":{"host":"a.b","port":{"number":80}}}}""", "spec.outboundTrafficPolicy.egressProxy")]
    [InlineData("""{"outboundTrafficPolicy":{"mode":"ALLOW_ANY","egressProxy":{"host":"a.b"}}}""", "spec.outboundTrafficPolicy.egressProxy.port")]
    [InlineData("""{"inboundConnectionPool":{"tcp":{"maxConnections":-1}}}""", "spec.inboundConnectionPool.tcp.maxConnections")]
    public void Read_WhatIstioRefuses_IsRefusedAtTheField(string spec, string field)
    {
        var parsed = Read(spec);
        Assert.Null(parsed.Spec);
        Assert.Equal([field], parsed.Diagnostics.Where(d => d.Severity == Severity.Error).Select(d => d.Field).Distinct());
    }

    [Theory]
    [InlineData("""{"egress":[{"hosts":["*/*","~shop/a.org","~/b.org"]}]}""")]
    [InlineData("""{"egress":[{"hosts":["~/*"]}]}""")]
    [InlineData("""{"egress":[{"port":{"number":0,"protocol":"HTTP"},"bind":"unix://@s","hosts":["./*.a.org"]}],"ingress":[{"port":{"number":80,"protocol":"TCP","name":"t"},"defaultEndpoint":"[::1]:80"}]}""")]
    public void Read_WhatIstioAccepts_IsAccepted(string spec)
    {
        var parsed = Read(spec);
        Assert.NotNull(parsed.Spec);
        Assert.Empty(parsed.Diagnostics);
    }

    [Theory]
    [InlineData("""{"workloadSelector":{},"egress":[{"hosts":["*/*"]}]}""", "spec.workloadSelector")]
    [InlineData("""{"egress":[{"hosts":["shop/*","./a.org"]}]}""", "spec.egress[0].hosts[1]")]
    [InlineData("""{"ingress":[{"port":{"number":80,"protocol":"TCP"},"connectionPool":{"http":{"http1MaxPendingRequests":1}}}]}""", "spec.ingress[0].connectionPool.http")]
    [InlineData("""{"ingress":[{"port":{"number":80,"protocol":"HTTPS"},"tls":{"mode":"SIMPLE"}}]}""", "spec.ingress[0].tls")]
    public void Read_WhatHasNoEffect_IsTold(string spec, string field)
    {
        var parsed = Read(spec);
        Assert.NotNull(parsed.Spec);
        var warning = Assert.Single(parsed.Diagnostics);
        Assert.Equal((Severity.Warning, Problems.Ineffective, field), (warning.Severity, warning.Code, warning.Field));
    }

    private static Translation.Features.Parsed<SidecarSpec> Read(string spec) =>
        new TestMesh().Put(SidecarOf("shop", "s", spec)).Get(Sidecars.Object, new ObjectKey("shop", "s"));
}
