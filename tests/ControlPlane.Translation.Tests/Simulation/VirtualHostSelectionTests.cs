using ControlPlane.Translation.Simulation;
using Envoy.Config.Route.V3;

namespace ControlPlane.Translation.Tests.Simulation;

public class VirtualHostSelectionTests
{
    [Theory]
    [InlineData("web.shop", "web.shop")]
    [InlineData("WEB.shop", "web.shop")]
    [InlineData("api.shop", "*.shop")]
    [InlineData("a.api.shop", "*.api.shop")]
    [InlineData("web.other", "web.*")]
    [InlineData("web.example.org", "*.org")]
    [InlineData(".shop", "*")]
    [InlineData("unknown", "*")]
    [InlineData("web.shop:80", "web.*")]
    public void Find_TakesTheMostSpecificDomain(string authority, string expected) => Assert.Equal(expected, Find(authority, ignorePort: false));

    [Theory]
    [InlineData("web.shop:80", "web.shop")]
    [InlineData("[fd00::1]:80", "[fd00::1]")]
    [InlineData("[fd00::1]", "[fd00::1]")]
    [InlineData("web.shop:http", "web.*")]
    public void Find_WithPortsIgnored_TakesTheHostAlone(string authority, string expected) => Assert.Equal(expected, Find(authority, ignorePort: true));

    [Fact]
    public void Find_WithoutDomainForAll_MayBeNone() =>
        Assert.Null(VirtualHostSelection.Find(new RouteConfiguration { VirtualHosts = { Host("web.shop") } }, Headers("api.shop")));

    private static string? Find(string authority, bool ignorePort)
    {
        var routes = new RouteConfiguration { IgnorePortInHostMatching = ignorePort };
        routes.VirtualHosts.Add(new[] { "*", "*.shop", "*.api.shop", "web.*", "*.org", "web.shop", "[fd00::1]" }.Select(Host));
        return VirtualHostSelection.Find(routes, Headers(authority))?.Name;
    }

    private static VirtualHost Host(string domain) => new() { Name = domain, Domains = { domain } };

    private static RequestHeaders Headers(string authority) => new(new SimulatedRequest("GET", authority, "/", []), "/", "http");
}
