using System.Text.Json.Nodes;
using ControlPlane.Model.Proxies;

namespace ControlPlane.Translation.Tests.Envoy.Capabilities;

public class StatsSubstitutionTests
{
    private const string TcpProxy =
        """{"name": "tcp", "typedConfig": {"@type": "type.googleapis.com/envoy.extensions.filters.network.tcp_proxy.v3.TcpProxy", "statPrefix": "p", "cluster": "c"}}""";

    [Theory]
    [InlineData("OUTBOUND", "source", "%UPSTREAM_LOCAL_URI_SAN%", "%UPSTREAM_PEER_URI_SAN%")]
    [InlineData("INBOUND", "destination", "%DOWNSTREAM_PEER_URI_SAN%", "%DOWNSTREAM_LOCAL_URI_SAN%")]
    public void HttpStats_WithoutTheFilter_AreCountedByTheAccessLogger(string direction, string reporter, string source, string destination)
    {
        var log = HttpLog(direction, "");

        Assert.Equal("istio", log["statPrefix"]!.GetValue<string>());
        var tags = Tags(log["counters"]![0]!);
        Assert.Equal(reporter, tags["reporter"]);
        Assert.Equal(source, tags["source_principal"]);
        Assert.Equal(destination, tags["destination_principal"]);
        Assert.Equal("%RESPONSE_CODE%", tags["response_code"]);
        Assert.Equal("%CEL(xds.node.metadata['WORKLOAD_NAME'])%", tags[reporter + "_workload"]);
        Assert.Equal(["requests_total", "request_duration_milliseconds"], Names(log));
    }

    [Fact]
    public void HttpStats_OfAServerGateway_ReportTheDestination() =>
        Assert.Equal("destination", Tags(HttpLog("OUTBOUND", """, "reporter": "SERVER_GATEWAY" """)["counters"]![0]!)["reporter"]);

    [Fact]
    public void HttpStats_WithADroppedMetric_DoNotCountIt() =>
        Assert.Equal(["requests_total"], Names(HttpLog("INBOUND", """, "metrics": [{"name": "request_duration_milliseconds", "drop": true}]""")));

    [Fact]
    public void HttpStats_WithAllMetricsDropped_AddNoLogger()
    {
        var listener = Substituted.Listener(Managers.Listener("INBOUND", "", Managers.Stats(""", "metrics": [{"drop": true}]"""), Managers.Router));

        Assert.Null(Managers.Of(listener)["accessLog"]);
    }

    [Fact]
    public void HttpStats_WithChangedLabels_FollowThem()
    {
        var log = HttpLog(
            "INBOUND",
            """
            , "metrics": [{"name": "requests_total", "tagsToRemove": ["request_protocol"], "dimensions": {
                "a": "'100 %'", "b": "request.headers['x-tenant']", "port": "string(destination.port)", "response_code": "'any'",
                "wrong": "request.", "reserved": "request.in", "call": "size(request.host)", "unknown": "x"}}]
            """);

        var tags = Tags(log["counters"]![0]!);
        Assert.DoesNotContain("request_protocol", tags.Keys);
        Assert.Equal("100 %%", tags["a"]);
        Assert.Equal("%CEL(request.headers['x-tenant'])%", tags["b"]);
        Assert.Equal("%CEL(destination.port)%", tags["port"]);
        Assert.Equal("any", tags["response_code"]);
        Assert.DoesNotContain(tags.Keys, key => key is "wrong" or "reserved" or "call" or "unknown");
        Assert.DoesNotContain("a", Tags(log["histograms"]![0]!).Keys);
    }

    [Fact]
    public void TcpStats_WithoutTheFilter_AreCountedWhenTheConnectionEnds()
    {
        var listener = Substituted.Listener(
            $$$$$$$$$"""{"name": "l", "trafficDirection": "OUTBOUND", "filterChains": [{"filters": [{{{{{{{{{Managers.Stats()}}}}}}}}}, {{{{{{{{{TcpProxy}}}}}}}}}]}]}""",
            Substituted.Without(KnownExtensions.IstioStats));

        var filter = Assert.Single(listener["filterChains"]![0]!["filters"]!.AsArray())!;
        var log = Assert.Single(filter["typedConfig"]!["accessLog"]!.AsArray())!["typedConfig"]!;
        Assert.Equal(["tcp_sent_bytes_total", "tcp_received_bytes_total", "tcp_connections_closed_total"], Names(log));
        Assert.Equal("%BYTES_SENT%", log["counters"]![0]!["valueFormat"]!.GetValue<string>());
        Assert.Equal("tcp", Tags(log["counters"]![0]!)["request_protocol"]);
        Assert.DoesNotContain("response_code", Tags(log["counters"]![0]!).Keys);
    }

    [Fact]
    public void TcpProxy_WithoutStatsBeforeIt_IsLeft()
    {
        var given = $$$$$$$$$"""{"name": "l", "filterChains": [{"filters": [{{{{{{{{{TcpProxy}}}}}}}}}]}]}""";

        Substituted.Equal(given, Substituted.Listener(given));
    }

    private static JsonNode HttpLog(string direction, string settings)
    {
        var listener = Substituted.Listener(
            Managers.Listener(direction, "", Managers.Stats(settings), Managers.Router), Substituted.Without(KnownExtensions.IstioStats));
        return Assert.Single(Managers.Of(listener)["accessLog"]!.AsArray())!["typedConfig"]!;
    }

    private static string[] Names(JsonNode log) =>
        new[] { log["counters"], log["histograms"] }.SelectMany(list => list?.AsArray() ?? []).Select(metric => metric!["stat"]!["name"]!.GetValue<string>()).ToArray();

    private static Dictionary<string, string> Tags(JsonNode metric) => metric["stat"]!["tags"]!.AsArray()
        .ToDictionary(tag => tag!["name"]!.GetValue<string>(), tag => tag!["valueFormat"]!.GetValue<string>());
}
