using ControlPlane.Model.Diagnostics;
using ControlPlane.Model.Objects;
using ControlPlane.Testing.Meshes;
using ControlPlane.Translation.Features;
using ControlPlane.Translation.Features.Validation;
using ControlPlane.Translation.Features.VirtualService;
using static ControlPlane.Translation.Tests.Support.Rules;

namespace ControlPlane.Translation.Tests.Features.VirtualService;

public sealed class VirtualServiceRulesTests
{
    private const string To = """ "route":[{"destination":{"host":"a"}}]""";

    /// <summary>Wherever a user may write an expression: one that is too long, or that RE2 refuses, is an error of that field.</summary>
    [Theory]
    [InlineData("""{"match":[{"uri":{"regex":"{RE}"}}]}""", "match[0].uri.regex")]
    [InlineData("""{"match":[{"scheme":{"regex":"{RE}"}}]}""", "match[0].scheme.regex")]
    [InlineData("""{"match":[{"method":{"regex":"{RE}"}}]}""", "match[0].method.regex")]
    [InlineData("""{"match":[{"authority":{"regex":"{RE}"}}]}""", "match[0].authority.regex")]
    [InlineData("""{"match":[{"headers":{"x":{"regex":"{RE}"}}}]}""", "match[0].headers[x].regex")]
    [InlineData("""{"match":[{"withoutHeaders":{"x":{"regex":"{RE}"}}}]}""", "match[0].withoutHeaders[x].regex")]
    [InlineData("""{"match":[{"queryParams":{"x":{"regex":"{RE}"}}}]}""", "match[0].queryParams[x].regex")]
    [InlineData("""{"corsPolicy":{"allowOrigins":[{"regex":"{RE}"}]}}""", "corsPolicy.allowOrigins[0].regex")]
    [InlineData("""{"rewrite":{"uriRegexRewrite":{"match":"{RE}","rewrite":"/"}}}""", "rewrite.uriRegexRewrite")]
    public void S3_Expression_TooLongOrTooGreat_IsAnErrorOfItsField(string route, string field)
    {
        foreach (var bad in new[] { new string('a', 1025), "(a{1000}){1000}", "(?=a)" })
        {
            var rule = $$"""{"hosts":["a"],"http":[{{route.Replace("{RE}", bad, StringComparison.Ordinal)[..^1]}},{{To}}}]}""";
            var (read, diagnostics) = Read(rule);
            Assert.Null(read);
            Assert.StartsWith("spec.http[0]." + field, Assert.Single(diagnostics, d => d.Severity == Severity.Error).Field, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("""{"hosts":["a"]}""", "spec")]
    [InlineData("""{"hosts":["a_b"],"http":[{TO}]}""", "spec.hosts[0]")]
    [InlineData("""{"hosts":["*"],"http":[{TO}]}""", "spec.hosts[0]")]
    [InlineData("""{"hosts":["a\n"],"http":[{TO}]}""", "spec.hosts[0]")]
    [InlineData("""{"hosts":["a"],"http":[{TO,"match":[{"sourceNamespace":"a\n"}]}]}""", "spec.http[0].match[0].sourceNamespace")]
    [InlineData("""{"hosts":["a"],"http":[{TO,"match":[{"sourceLabels":{"app":"a\n"}}]}]}""", "spec.http[0].match[0].sourceLabels[app]")]
    [InlineData("""{"hosts":["*.a.org","x.a.org"],"http":[{TO}]}""", "spec.hosts[1]")]
    [InlineData("""{"gateways":["g"],"http":[{TO}]}""", "spec.gateways")]
    [InlineData("""{"tcp":[{TO}]}""", "spec.tcp")]
    [InlineData("""{"hosts":["a"],"gateways":["a/b/c"],"http":[{TO}]}""", "spec.gateways[0]")]
    [InlineData("""{"hosts":["a"],"exportTo":["*","b"],"http":[{TO}]}""", "spec.exportTo")]
    [InlineData("""{"hosts":["a"],"http":[{}]}""", "spec.http[0]")]
    [InlineData("""{"hosts":["a"],"http":[{TO,"redirect":{"uri":"/"}}]}""", "spec.http[0].route")]
    [InlineData("""{"hosts":["a"],"http":[{"redirect":{"uri":"/"},"fault":{"abort":{"httpStatus":500}}}]}""", "spec.http[0].fault")]
    [InlineData("""{"hosts":["a"],"http":[{"directResponse":{"status":200},"rewrite":{"uri":"/"}}]}""", "spec.http[0].rewrite")]
    [InlineData("""{"hosts":["a"],"http":[{TO,"delegate":{"name":"b"}}]}""", "spec.http[0].route")]
    [InlineData("""{"http":[{"delegate":{"name":"b"},TO}]}""", "spec.http[0].delegate")]
    [InlineData("""{"hosts":["a"],"http":[{TO,"mirror":{"host":"b"},"mirrors":[{"destination":{"host":"b"}}]}]}""", "spec.http[0].mirrors")]
    [InlineData("""{"hosts":["a"],"http":[{TO,"mirrors":[{}]}]}""", "spec.http[0].mirrors[0].destination")]
    [InlineData("""{"hosts":["a"],"http":[{TO,"mirrorPercentage":{"value":101}}]}""", "spec.http[0].mirrorPercentage")]
    [InlineData("""{"hosts":["a"],"http":[{TO,"match":[{"headers":{"x y":{}}}]}]}""", "spec.http[0].match[0].headers[x y]")]
    [InlineData("""{"hosts":["a"],"http":[{TO,"match":[{"headers":{"@request.auth.claims.a":{"exact":"b"}}}]}]}""", "spec.http[0].match[0].headers[@request.auth.claims.a]")]
    [InlineData("""{"hosts":["a"],"http":[{TO,"match":[{"uri":{"regex":"("}}]}]}""", "spec.http[0].match[0].uri.regex")]
    [InlineData("""{"hosts":["a"],"http":[{TO,"match":[{"method":{"prefix":""}}]}]}""", "spec.http[0].match[0].method.prefix")]
    [InlineData("""{"hosts":["a"],"http":[{TO,"match":[{"queryParams":{"q":{"regex":"a**"}}}]}]}""", "spec.http[0].match[0].queryParams[q].regex")]
    [InlineData("""{"hosts":["a"],"http":[{TO,"match":[{"port":65536}]}]}""", "spec.http[0].match[0].port")]
    [InlineData("""{"hosts":["a"],"http":[{TO,"match":[{"sourceLabels":{"-":"a"}}]}]}""", "spec.http[0].match[0].sourceLabels[-]")]
    [InlineData("""{"hosts":["a"],"http":[{TO,"match":[{"sourceNamespace":"a.b"}]}]}""", "spec.http[0].match[0].sourceNamespace")]
    [InlineData("""{"hosts":["a"],"http":[{TO,"headers":{"request":{"set":{":path":"/"}}}}]}""", "spec.http[0].headers.request.set[:path]")]
    [InlineData("""{"hosts":["a"],"http":[{TO,"headers":{"response":{"add":{"host":"b"}}}}]}""", "spec.http[0].headers.response.add[host]")]
    [InlineData("""{"hosts":["a"],"http":[{TO,"headers":{"response":{"remove":[":status"]}}}]}""", "spec.http[0].headers.response.remove")]
    [InlineData("""{"hosts":["a"],"http":[{TO,"headers":{"request":{"add":{"x":"50%"}}}}]}""", "spec.http[0].headers.request.add[x]")]
    [InlineData("""{"hosts":["a"],"http":[{TO,"rewrite":{"authority":"b"},"headers":{"request":{"set":{"host":"c"}}}}]}""", "spec.http[0].headers.request")]
    [InlineData("""{"hosts":["a"],"http":[{TO,"retries":{"attempts":-1}}]}""", "spec.http[0].retries.attempts")]
    [InlineData("""{"hosts":["a"],"http":[{TO,"retries":{"attempts":0,"retryOn":"5xx"}}]}""", "spec.http[0].retries.attempts")]
    [InlineData("""{"hosts":["a"],"http":[{TO,"retries":{"attempts":1,"retryOn":"5xx,sometimes"}}]}""", "spec.http[0].retries.retryOn")]
    [InlineData("""{"hosts":["a"],"http":[{TO,"timeout":"0.0001s"}]}""", "spec.http[0].timeout")]
    [InlineData("""{"hosts":["a"],"http":[{TO,"fault":{}}]}""", "spec.http[0].fault")]
    [InlineData("""{"hosts":["a"],"http":[{TO,"fault":{"abort":{"grpcStatus":"BAD"}}}]}""", "spec.http[0].fault.abort.grpcStatus")]
    [InlineData("""{"hosts":["a"],"http":[{TO,"fault":{"delay":{"fixedDelay":"1s","percentage":{"value":0.00001}}}}]}""", "spec.http[0].fault.delay.percentage")]
    [InlineData("""{"hosts":["a"],"http":[{TO,"corsPolicy":{"allowMethods":["GETT"]}}]}""", "spec.http[0].corsPolicy.allowMethods")]
    [InlineData("""{"hosts":["a"],"http":[{TO,"corsPolicy":{"allowOrigins":[{}]}}]}""", "spec.http[0].corsPolicy.allowOrigins[0]")]
    [InlineData("""{"hosts":["a"],"http":[{TO,"corsPolicy":{"maxAge":"1.5s"}}]}""", "spec.http[0].corsPolicy.maxAge")]
    [InlineData("""{"hosts":["a"],"http":[{TO,"rewrite":{}}]}""", "spec.http[0].rewrite")]
    [InlineData("""{"hosts":["a"],"http":[{TO,"rewrite":{"uri":"/","uriRegexRewrite":{"match":"a","rewrite":"b"}}}]}""", "spec.http[0].rewrite.uriRegexRewrite")]
    [InlineData("""{"hosts":["a"],"http":[{"redirect":{}}]}""", "spec.http[0].redirect")]
    [InlineData("""{"hosts":["a"],"http":[{"redirect":{"uri":"/","redirectCode":200}}]}""", "spec.http[0].redirect.redirectCode")]
    [InlineData("""{"hosts":["a"],"http":[{"match":[{"uri":{"exact":"/"}}],"redirect":{"prefixRewrite":"/x"}}]}""", "spec.http[0].redirect.prefixRewrite")]
    [InlineData("""{"hosts":["a"],"http":[{"directResponse":{"status":700}}]}""", "spec.http[0].directResponse.status")]
    [InlineData("""{"hosts":["a"],"http":[{"route":[{"destination":{"host":"*"}}]}]}""", "spec.http[0].route[0].destination.host")]
    [InlineData("""{"hosts":["a"],"http":[{"route":[{"weight":1}]}]}""", "spec.http[0].route[0].destination")]
    [InlineData("""{"hosts":["a"],"http":[{"route":[{"destination":{"host":"a","subset":"a.b"}}]}]}""", "spec.http[0].route[0].destination.subset")]
    [InlineData("""{"hosts":["a"],"http":[{"route":[{"destination":{"host":"a","port":{"number":0}}}]}]}""", "spec.http[0].route[0].destination.port")]
    [InlineData("""{"hosts":["a"],"http":[{"route":[{"destination":{"host":"a"}},{"destination":{"host":"b"}}]}]}""", "spec.http[0].route")]
    [InlineData("""{"hosts":["a"],"tcp":[{}]}""", "spec.tcp[0].route")]
    [InlineData("""{"hosts":["a"],"tcp":[{TO,"match":[{"destinationSubnets":["10.0.0.0/40"]}]}]}""", "spec.tcp[0].match[0].destinationSubnets[0]")]
    [InlineData("""{"hosts":["a.org"],"tls":[{TO}]}""", "spec.tls[0].match")]
    [InlineData("""{"hosts":["a.org"],"tls":[{TO,"match":[{}]}]}""", "spec.tls[0].match[0].sniHosts")]
    [InlineData("""{"hosts":["a.org"],"tls":[{TO,"match":[{"sniHosts":["b.org"]}]}]}""", "spec.tls[0].match[0].sniHosts[0]")]
    public void Read_WhatIstioRefuses_IsRefusedAtTheField(string spec, string field)
    {
        var (read, diagnostics) = Read(spec);
        Assert.Null(read);
        var errors = diagnostics.Where(d => d.Severity == Severity.Error).ToList();
        Assert.Equal([field], errors.Select(d => d.Field).Distinct());
        Assert.All(errors, d => Assert.Equal((Problems.Invalid, "VirtualService", new ObjectKey("shop", "v")), (d.Code, d.Kind, d.Object)));
    }

    [Theory]
    [InlineData("""{"hosts":["a","10.0.0.1","2001:db8::1","*.b.org"],"http":[{TO}]}""")]
    [InlineData("""{"hosts":["*"],"gateways":["g","n/g"],"http":[{TO,"match":[{"headers":{"@request.auth.claims[a]":{"exact":"b"},":method":{"exact":"GET"}}}]}]}""")]
    [InlineData("""{"http":[{TO}]}""")]
    [InlineData("""{"hosts":["a"],"http":[{"delegate":{"name":"b"},"match":[{"uri":{"prefix":""}}]}]}""")]
    [InlineData("""{"hosts":["a"],"http":[{TO,"match":[{"withoutHeaders":{"x":{"regex":"*"}}}],"headers":{"request":{"set":{":authority":"b","x":"%START_TIME(%s)% 100%%"}}}}]}""")]
    [InlineData("""{"hosts":["a"],"http":[{TO,"retries":{"attempts":2,"retryOn":"5xx,503,unavailable","perTryTimeout":"0.5s"}}]}""")]
    [InlineData("""{"hosts":["*.local"],"gateways":["g"],"tls":[{TO,"match":[{"sniHosts":["outbound_.80_._.a.local"]}]}]}""")]
    [InlineData("""{"hosts":["a"],"tcp":[{TO,"match":[{"destinationSubnets":["10.0.0.0/8","10.1.1.1","2001:db8::/32"]}]}]}""")]
    public void Read_WhatIstioAccepts_IsAccepted(string spec)
    {
        var (read, diagnostics) = Read(spec);
        Assert.NotNull(read);
        Assert.Empty(diagnostics);
    }

    [Theory]
    [InlineData("""{"hosts":["a"],"http":[{TO},{TO}]}""", "spec.http[1]")]
    [InlineData("""{"hosts":["a"],"http":[{"match":[{"port":80}],TO},{"match":[{"port":81},{"port":80}],TO}]}""", "spec.http[1].match[1]")]
    [InlineData("""{"hosts":["a"],"http":[{TO,"mirror":{"host":"b"},"mirrorPercent":5}]}""", "spec.http[0].mirrorPercent")]
    [InlineData("""{"hosts":["a"],"http":[{TO,"fault":{"abort":{}}}]}""", "spec.http[0].fault.abort")]
    [InlineData("""{"hosts":["a"],"gateways":["g.n"],"http":[{TO}]}""", "spec.gateways[0]")]
    [InlineData("""{"hosts":["a"],"http":[{"redirect":{"uri":"/","redirectCode":304}}]}""", "spec.http[0].redirect.redirectCode")]
    [InlineData("""{"hosts":["a"],"tcp":[{TO,"match":[{"sourceSubnet":"10.0.0.0/8"}]}]}""", "spec.tcp[0].match[0].sourceSubnet")]
    public void Read_WhatHasNoEffect_IsTold(string spec, string field)
    {
        var (read, diagnostics) = Read(spec);
        Assert.NotNull(read);
        var warning = Assert.Single(diagnostics);
        Assert.Equal((Severity.Warning, Problems.Ineffective, field), (warning.Severity, warning.Code, warning.Field));
    }

    [Fact]
    public void Read_TensOfThousandsOfHosts_AreComparedInLittleTime()
    {
        var hosts = string.Join(',', Enumerable.Range(0, 40_000).Select(i => $"\"{(i % 2 == 0 ? "*." : "")}h{i}.org\""));
        var clock = System.Diagnostics.Stopwatch.StartNew();
        Assert.NotNull(Read($$"""{"hosts":[{{hosts}}],"http":[{TO}]}""").Spec);
        Assert.InRange(clock.Elapsed.TotalSeconds, 0, 10);
    }

    private static Parsed<VirtualServiceSpec> Read(string spec) => new TestMesh()
        .Put(VirtualServiceOf("shop", "v", spec.Replace("TO", To, StringComparison.Ordinal)))
        .Get(VirtualServices.Object, new ObjectKey("shop", "v"));
}
