using ControlPlane.Translation.Envoy.Patches;
using ControlPlane.Translation.Tests.Support;
using Envoy.Config.Route.V3;
using PatchContext = Istio.Networking.V1Alpha3.EnvoyFilter.Types.PatchContext;

namespace ControlPlane.Translation.Tests.Envoy.Patches;

public sealed class RoutePatchesTests
{
    [Theory]
    [InlineData("ADD", "", "one two new")]
    [InlineData("INSERT_FIRST", "", "new one two")]
    [InlineData("INSERT_FIRST", "two", "new one two")]
    [InlineData("INSERT_FIRST", "three", "one two")]
    [InlineData("INSERT_BEFORE", "", "new one two")]
    [InlineData("INSERT_BEFORE", "two", "one new two")]
    [InlineData("INSERT_BEFORE", "three", "one two")]
    [InlineData("INSERT_AFTER", "", "one two new")]
    [InlineData("INSERT_AFTER", "one", "one new two")]
    [InlineData("INSERT_AFTER", "three", "one two")]
    [InlineData("REMOVE", "one", "two")]
    [InlineData("REMOVE", "", "")]
    public void Route_Operation_PutsItInPlace(string operation, string route, string expected)
    {
        var match = route.Length == 0 ? "" : $$""","match":{"routeConfiguration":{"vhost":{"route":{"name":"{{route}}"} } } }""";
        var value = operation == "REMOVE" ? "" : ""","value":{"name":"new"}""";
        var patched = Patch($$"""{"applyTo":"HTTP_ROUTE"{{match}},"patch":{"operation":"{{operation}}"{{value}} } }""");
        Assert.Equal(expected, Routes(patched));
    }

    [Fact]
    public void Route_MergesComeBeforeAdditions_WhateverTheirOrder()
    {
        var patched = Patch("""
            {"applyTo":"HTTP_ROUTE","patch":{"operation":"ADD","value":{"name":"new"}}},
            {"applyTo":"HTTP_ROUTE","patch":{"operation":"MERGE","value":{"stat_prefix":"s"}}}
            """);
        Assert.Equal(["s", "s", ""], patched.VirtualHosts[0].Routes.Select(r => r.StatPrefix));
    }

    [Theory]
    [InlineData("ROUTE", "two")]
    [InlineData("REDIRECT", "one two")]
    [InlineData("ANY", "")]
    public void Route_Action_IsMatched(string action, string left)
    {
        var patched = Patch($$"""{"applyTo":"HTTP_ROUTE","match":{"routeConfiguration":{"vhost":{"route":{"action":"{{action}}"} } } },"patch":{"operation":"REMOVE"} }""");
        Assert.Equal(left, Routes(patched));
    }

    [Theory]
    [InlineData(""" "name":"host:80" """, true)]
    [InlineData(""" "name":"other:80" """, false)]
    [InlineData(""" "domainName":"b" """, true)]
    [InlineData(""" "domainName":"c" """, false)]
    [InlineData(""" "domainName":"b","name":"other" """, false)]
    public void VirtualHost_NameAndDomain_AreMatched(string match, bool matches)
    {
        var patched = Patch($$"""{"applyTo":"VIRTUAL_HOST","match":{"routeConfiguration":{"vhost":{ {{match}} } } },"patch":{"operation":"REMOVE"} }""");
        Assert.Equal(matches ? 0 : 1, patched.VirtualHosts.Count);
    }

    [Fact]
    public void VirtualHost_Replaced_ItsRoutesArePatchedStill()
    {
        var patched = Patch("""
            {"applyTo":"VIRTUAL_HOST","patch":{"operation":"REPLACE","value":{"name":"mine","domains":["*"],"routes":[{"name":"x"}]}}},
            {"applyTo":"HTTP_ROUTE","patch":{"operation":"ADD","value":{"name":"y"}}},
            {"applyTo":"VIRTUAL_HOST","patch":{"operation":"ADD","value":{"name":"last"}}}
            """);
        Assert.Equal(["mine", "last"], patched.VirtualHosts.Select(h => h.Name));
        Assert.Equal("x y", Routes(patched));
    }

    [Theory]
    [InlineData(PatchContext.SidecarOutbound, "80", """ "portNumber":80 """, true)]
    [InlineData(PatchContext.SidecarOutbound, "host:80", """ "portNumber":80 """, false)]
    [InlineData(PatchContext.SidecarInbound, "inbound|8080||", """ "portNumber":8080 """, true)]
    [InlineData(PatchContext.SidecarOutbound, "80", """ "name":"81" """, false)]
    [InlineData(PatchContext.SidecarOutbound, "80", """ "gateway":"any" """, true)]
    [InlineData(PatchContext.Gateway, "http.8080", """ "portNumber":80 """, true)]
    [InlineData(PatchContext.Gateway, "http.8080", """ "portNumber":8080 """, false)]
    [InlineData(PatchContext.Gateway, "http.8081", """ "portNumber":8081 """, true, false)]
    [InlineData(PatchContext.Gateway, "https.443.tls.edge.infra", """ "portName":"tls","gateway":"infra/edge","portNumber":443 """, true, false)]
    [InlineData(PatchContext.Gateway, "https.443.tls.edge.infra", """ "gateway":"edge/infra" """, false)]
    [InlineData(PatchContext.Gateway, "http.8080", """ "portName":"tls" """, false)]
    public void Configuration_IsMatched(PatchContext context, string name, string match, bool matches, bool translated = true)
    {
        var patches = Patched.Patches($$"""{"applyTo":"ROUTE_CONFIGURATION","match":{"routeConfiguration":{ {{match}} } },"patch":{"operation":"MERGE","value":{"request_headers_to_remove":["x"]} } }""");
        var routes = new RoutePatches(patches, context, translated ? [80] : []).Apply(new RouteConfiguration { Name = name });
        Assert.Equal(matches, routes.RequestHeadersToRemove.Count == 1);
    }

    [Fact]
    public void Configuration_OfAnotherContext_IsLeftAlone()
    {
        var patches = Patched.Patches("""{"applyTo":"ROUTE_CONFIGURATION","match":{"context":"GATEWAY"},"patch":{"operation":"MERGE","value":{"request_headers_to_remove":["x"]}}}""");
        Assert.True(new RoutePatches(patches, PatchContext.SidecarOutbound, []).IsEmpty);
    }

    private static RouteConfiguration Patch(string patches) => new RoutePatches(Patched.Patches(patches), PatchContext.SidecarOutbound, []).Apply(new RouteConfiguration
    {
        Name = "80",
        VirtualHosts =
        {
            new VirtualHost
            {
                Name = "host:80",
                Domains = { "a", "b" },
                Routes = { new Route { Name = "one", Route_ = new RouteAction() }, new Route { Name = "two", DirectResponse = new DirectResponseAction() } },
            },
        },
    });

    private static string Routes(RouteConfiguration routes) => string.Join(' ', routes.VirtualHosts[0].Routes.Select(r => r.Name));
}
