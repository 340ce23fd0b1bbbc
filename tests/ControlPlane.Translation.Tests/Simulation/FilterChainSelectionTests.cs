using System.Net;
using ControlPlane.Model.Collections;
using ControlPlane.Translation.Simulation;
using Envoy.Config.Core.V3;
using Envoy.Config.Listener.V3;

namespace ControlPlane.Translation.Tests.Simulation;

public class FilterChainSelectionTests
{
    [Theory]
    [InlineData("10.0.0.9", 80, "", "", "any")]
    [InlineData("10.1.0.9", 80, "", "", "range-16")]
    [InlineData("10.1.2.9", 80, "", "", "range-24")]
    [InlineData("10.1.2.9", 443, "", "", "port")]
    [InlineData("10.0.0.9", 80, "web.example.com", "", "exact-name")]
    [InlineData("10.0.0.9", 80, "api.example.com", "", "wildcard-name")]
    [InlineData("10.0.0.9", 80, "a.b.example.com", "", "wildcard-name")]
    [InlineData("10.0.0.9", 80, "example.com", "h2", "alpn-h2")]
    [InlineData("10.0.0.9", 80, "other.org", "foo,h2", "alpn-h2")]
    [InlineData("10.0.0.9", 80, "other.org", "foo", "tls")]
    // Ranges come before names and never give way: the chain of a longer range is without a chain for TLS.
    [InlineData("10.1.2.9", 80, "web.example.com", "", "default")]
    public void Find_DecidesCriterionByCriterion(string address, int port, string serverName, string alpn, string expected)
    {
        var listener = new Listener { DefaultFilterChain = new FilterChain { Name = "default" } };
        listener.FilterChains.Add(
        [
            Chain("any", new FilterChainMatch { TransportProtocol = "raw_buffer" }),
            Chain("tls", new FilterChainMatch { TransportProtocol = "tls" }),
            Chain("alpn-h2", new FilterChainMatch { TransportProtocol = "tls", ApplicationProtocols = { "h2" } }),
            Chain("range-16", new FilterChainMatch { PrefixRanges = { Range("10.1.0.0", 16) } }),
            Chain("range-24", new FilterChainMatch { PrefixRanges = { Range("10.1.2.0", 24) }, TransportProtocol = "raw_buffer" }),
            Chain("exact-name", new FilterChainMatch { ServerNames = { "web.example.com" } }),
            Chain("wildcard-name", new FilterChainMatch { ServerNames = { "*.example.com" } }),
            Chain("port", new FilterChainMatch { DestinationPort = 443 }),
        ]);
        var tls = serverName.Length == 0 ? null : new SimulatedTls(serverName, alpn.Split(',', StringSplitOptions.RemoveEmptyEntries).ToEquatableArray());
        var inspected = tls is null ? new InspectedConnection("raw_buffer", "", []) : new InspectedConnection("tls", serverName, tls.ApplicationProtocols);

        Assert.Equal(expected, FilterChainSelection.Find(listener, Connection(address, port, tls), inspected)?.Chain.Name);
    }

    [Theory]
    [InlineData("10.0.0.1", "10.0.0.9", "external")]
    [InlineData("10.0.0.9", "10.0.0.9", "own")]
    [InlineData("127.0.0.1", "10.0.0.9", "own")]
    public void Find_ByKindOfSource(string source, string destination, string expected)
    {
        var listener = new Listener();
        listener.FilterChains.Add(
        [
            Chain("own", new FilterChainMatch { SourceType = FilterChainMatch.Types.ConnectionSourceType.SameIpOrLoopback }),
            Chain("external", new FilterChainMatch { SourceType = FilterChainMatch.Types.ConnectionSourceType.External }),
        ]);
        var connection = Connection(destination, 80, null) with { Source = new IPEndPoint(IPAddress.Parse(source), 1) };

        Assert.Equal(expected, FilterChainSelection.Find(listener, connection, new InspectedConnection("raw_buffer", "", []))?.Chain.Name);
    }

    [Fact]
    public void Find_WithoutFittingAndDefaultChain_IsNone()
    {
        var listener = new Listener { FilterChains = { Chain("tls", new FilterChainMatch { TransportProtocol = "tls" }) } };

        Assert.Null(FilterChainSelection.Find(listener, Connection("10.0.0.9", 80, null), new InspectedConnection("raw_buffer", "", [])));
    }

    private static FilterChain Chain(string name, FilterChainMatch match) => new() { Name = name, FilterChainMatch = match };

    private static CidrRange Range(string prefix, uint length) => new() { AddressPrefix = prefix, PrefixLen = length };

    private static SimulatedConnection Connection(string address, int port, SimulatedTls? tls) => new(
        ConnectionEntry.Outbound, new IPEndPoint(IPAddress.Parse("10.9.9.9"), 40000), new IPEndPoint(IPAddress.Parse(address), port), ConnectionContent.Http1, tls);
}
