using ControlPlane.Translation.Simulation;
using Envoy.Config.Route.V3;
using Envoy.Type.Matcher.V3;
using Envoy.Type.V3;
using RuntimeFractionalPercent = Envoy.Config.Core.V3.RuntimeFractionalPercent;

namespace ControlPlane.Translation.Tests.Simulation;

public class RouteMatchingTests
{
    [Theory]
    [InlineData("prefix", "/api", true)]
    [InlineData("prefix", "/apis?x", true)]
    [InlineData("prefix", "/Api", false)]
    [InlineData("separated", "/api", true)]
    [InlineData("separated", "/api/v1", true)]
    [InlineData("separated", "/api?x", true)]
    [InlineData("separated", "/apis", false)]
    [InlineData("exact", "/api?x=1", true)]
    [InlineData("exact", "/api/", false)]
    [InlineData("exact-any-case", "/API", true)]
    [InlineData("regex", "/items/17?q", true)]
    [InlineData("regex", "/items/17/more", false)]
    public void Path(string kind, string path, bool expected) => Assert.Equal(
        expected,
        Matches(
            kind switch
            {
                "prefix" => new RouteMatch { Prefix = "/api" },
                "separated" => new RouteMatch { PathSeparatedPrefix = "/api" },
                "exact" => new RouteMatch { Path = "/api" },
                "exact-any-case" => new RouteMatch { Path = "/api", CaseSensitive = false },
                _ => new RouteMatch { SafeRegex = new RegexMatcher { Regex = "/items/[0-9]+" } },
            },
            path));

    [Theory]
    [InlineData("exact", "jason", true)]
    [InlineData("exact", "jasper", false)]
    [InlineData("exact", null, false)]
    [InlineData("not-exact", "jasper", true)]
    [InlineData("not-exact", null, false)]
    [InlineData("not-exact-or-missing", null, true)]
    [InlineData("not-exact-or-missing", "jason", false)]
    [InlineData("present", "x", true)]
    [InlineData("present", null, false)]
    [InlineData("absent", null, true)]
    [InlineData("absent", "x", false)]
    [InlineData("joined", "a|b", true)]
    [InlineData("range", "15", true)]
    [InlineData("range", "20", false)]
    [InlineData("range", "x", false)]
    public void Header(string kind, string? value, bool expected)
    {
        var exact = new StringMatcher { Exact = "jason" };
        var matcher = kind switch
        {
            "exact" => new HeaderMatcher { StringMatch = exact },
            "not-exact" => new HeaderMatcher { StringMatch = exact, InvertMatch = true },
            "not-exact-or-missing" => new HeaderMatcher { StringMatch = exact, InvertMatch = true, TreatMissingHeaderAsEmpty = true },
            "present" => new HeaderMatcher { PresentMatch = true },
            "absent" => new HeaderMatcher { PresentMatch = true, InvertMatch = true },
            "joined" => new HeaderMatcher { StringMatch = new StringMatcher { Exact = "a,b" } },
            _ => new HeaderMatcher { RangeMatch = new Int64Range { Start = 10, End = 20 } },
        };
        matcher.Name = "X-User";
        var headers = (value?.Split('|') ?? []).Select(v => KeyValuePair.Create("x-user", v)).ToArray();

        Assert.Equal(expected, Matches(new RouteMatch { Prefix = "/", Headers = { matcher } }, "/", headers: headers));
    }

    [Theory]
    [InlineData("/?version=v2", true)]
    [InlineData("/?a=b&version=v2&version=v3", true)]
    [InlineData("/?version=v3&version=v2", false)]
    [InlineData("/?version", false)]
    [InlineData("/", false)]
    public void QueryParameter_TheFirstCounts(string path, bool expected) => Assert.Equal(
        expected,
        Matches(new RouteMatch { Prefix = "/", QueryParameters = { new QueryParameterMatcher { Name = "version", StringMatch = new StringMatcher { Exact = "v2" } } } }, path));

    [Theory]
    [InlineData(0.29, true)]
    [InlineData(0.3, false)]
    [InlineData(null, true)]
    public void RuntimeFraction_IsMetByItsShareOfDraws(double? draw, bool expected) => Assert.Equal(
        expected,
        Matches(new RouteMatch { Prefix = "/", RuntimeFraction = new RuntimeFractionalPercent { DefaultValue = new FractionalPercent { Numerator = 30 } } }, "/", draw: draw));

    private static bool Matches(RouteMatch match, string path, double? draw = null, params KeyValuePair<string, string>[] headers)
    {
        var request = new SimulatedRequest("GET", "web", path, [.. headers]) { Draw = draw };
        return RouteMatching.Find(new VirtualHost { Routes = { new Route { Match = match } } }, new RequestHeaders(request, path, "http"), request, null) == 0;
    }
}
