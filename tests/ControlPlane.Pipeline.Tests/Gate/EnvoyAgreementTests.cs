using System.Diagnostics;
using System.Text.Json.Nodes;
using ControlPlane.Pipeline.Gate;
using ControlPlane.Testing;
using ControlPlane.Translation.Envoy;
using Envoy.Config.Bootstrap.V3;

namespace ControlPlane.Pipeline.Tests.Gate;

/// <summary>Whether the gate and a real Envoy say the same of the same configuration.</summary>
public class EnvoyAgreementTests
{
    private const string EnvoyFile = "envoy/envoy";
    private const string Hcm = "type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager";
    private const string Router = "type.googleapis.com/envoy.extensions.filters.http.router.v3.Router";

    [SharedTheory(EnvoyFile)]
    [InlineData("cluster", "{}", true)]
    [InlineData("cluster", """{"name":""}""", false)]
    [InlineData("cluster", """{"connectTimeout":"0s"}""", false)]
    [InlineData("cluster", """{"connectTimeout":"9223372035.999999999s"}""", true)]
    [InlineData("cluster", """{"connectTimeout":"9223372036s"}""", false)]
    [InlineData("cluster", """{"outlierDetection":{"maxEjectionPercent":101}}""", false)]
    [InlineData("cluster", """{"outlierDetection":{"maxEjectionTimeJitter":"-1s"}}""", false)]
    [InlineData("cluster", """{"loadAssignment":{"clusterName":""}}""", false)]
    [InlineData("cluster", """{"loadAssignment":{"clusterName":"c","endpoints":[{"priority":129}]}}""", false)]
    [InlineData("cluster", """{"healthChecks":[{"timeout":"1s","interval":"1s","unhealthyThreshold":1,"tcpHealthCheck":{}}]}""", false)]
    [InlineData("cluster", """{"healthChecks":[{"timeout":"1s","interval":"1s","unhealthyThreshold":1,"healthyThreshold":0,"tcpHealthCheck":{}}]}""", true)]
    [InlineData("virtualHost", """{"domains":[]}""", false)]
    [InlineData("virtualHost", """{"name":""}""", false)]
    [InlineData("virtualHost", """{"requestHeadersToAdd":[{"header":{"key":"any thing (goes)","value":"v"}}]}""", true)]
    [InlineData("virtualHost", """{"requestHeadersToAdd":[{"header":{"key":"a\rb","value":"v"}}]}""", false)]
    [InlineData("virtualHost", """{"requestHeadersToAdd":[{"header":{"key":"a","value":"v\nw"}}]}""", false)]
    [InlineData("virtualHost", """{"responseHeadersToRemove":[""]}""", false)]
    [InlineData("route", """{"match":{}}""", false)]
    [InlineData("route", """{"match":{"prefix":""}}""", true)]
    [InlineData("route", """{"match":{"safeRegex":{"regex":""}}}""", false)]
    [InlineData("route", """{"route":{"cluster":""}}""", false)]
    [InlineData("route", """{"route":{"cluster":"c","timeout":"-1s"}}""", false)]
    [InlineData("route", """{"route":{"weightedClusters":{"clusters":[{"name":"c","weight":1}]}}}""", true)]
    [InlineData("route", """{"route":{"weightedClusters":{"clusters":[]}}}""", false)]
    [InlineData("hcm", """{"statPrefix":""}""", false)]
    [InlineData("hcm", """{"maxRequestHeadersKb":8193}""", false)]
    [InlineData("hcm", """{"httpFilters":[{"name":"f","typedConfig":{"@type":"type.googleapis.com/xds.type.v3.TypedStruct","type_url":"type.googleapis.com/envoy.extensions.filters.http.buffer.v3.Buffer","value":{"max_request_bytes":0}}}]}""", false)]
    public async Task Configuration_GivenToBoth_IsJudgedTheSame(string part, string change, bool sound)
    {
        string bootstrap = Bootstrap(part, change).ToJsonString();

        bool gate = new ResourceValidator().Validate(ProtoTypes.JsonParser.Parse<Bootstrap>(bootstrap)).Count == 0;
        var (envoy, said) = await EnvoyTakes(bootstrap);

        Assert.Equal((sound, sound), (gate, envoy));
        Assert.True(envoy || said.Contains("constraint validation failed", StringComparison.Ordinal) || said.Contains("Invalid duration", StringComparison.Ordinal), said);
    }

    private static JsonObject Bootstrap(string part, string change)
    {
        var route = Merge("route", """{"match":{"prefix":"/"},"route":{"cluster":"c"}}""", part, change);
        var virtualHost = Merge("virtualHost", """{"name":"v","domains":["*"]}""", part, change);
        virtualHost["routes"] = new JsonArray(route);
        var hcm = Merge("hcm", $$$"""{"@type":"{{{Hcm}}}","statPrefix":"s","httpFilters":[{"name":"router","typedConfig":{"@type":"{{{Router}}}"}}]}""", part, change);
        hcm["routeConfig"] = new JsonObject { ["name"] = "r", ["virtualHosts"] = new JsonArray(virtualHost) };
        var listener = (JsonObject)JsonNode.Parse("""{"name":"l","address":{"socketAddress":{"address":"127.0.0.1","portValue":10000}}}""")!;
        listener["filterChains"] = new JsonArray(new JsonObject { ["filters"] = new JsonArray(new JsonObject { ["name"] = "h", ["typedConfig"] = hcm }) });
        var cluster = Merge("cluster", """{"name":"c","type":"STATIC","connectTimeout":"1s"}""", part, change);
        return new JsonObject { ["staticResources"] = new JsonObject { ["clusters"] = new JsonArray(cluster), ["listeners"] = new JsonArray(listener) } };
    }

    private static JsonObject Merge(string name, string basis, string part, string change)
    {
        var result = (JsonObject)JsonNode.Parse(basis)!;
        if (name == part)
        {
            foreach (var (key, value) in (JsonObject)JsonNode.Parse(change)!)
                result[key] = value?.DeepClone();
        }

        return result;
    }

    private static async Task<(bool Takes, string Said)> EnvoyTakes(string bootstrap)
    {
        string file = Path.Combine(Path.GetTempPath(), $"gate-{Guid.NewGuid():N}.json");
        await File.WriteAllTextAsync(file, bootstrap);
        try
        {
            var start = new ProcessStartInfo(SharedDirectory.Path(EnvoyFile), ["--mode", "validate", "--disable-hot-restart", "-l", "critical", "-c", file])
            {
                RedirectStandardError = true,
                RedirectStandardOutput = true,
            };
            using var process = Process.Start(start)!;
            var output = process.StandardOutput.ReadToEndAsync();
            string said = await process.StandardError.ReadToEndAsync() + await output;
            await process.WaitForExitAsync();
            return (process.ExitCode == 0, said);
        }
        finally
        {
            File.Delete(file);
        }
    }
}
