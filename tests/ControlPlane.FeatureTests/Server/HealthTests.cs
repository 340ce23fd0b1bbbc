using System.Net;
using System.Text.Json.Nodes;
using ControlPlane.FeatureTests.Support;

namespace ControlPlane.FeatureTests.Server;

/// <summary>The details of health, as JSON.</summary>
public sealed class HealthTests
{
    [Fact]
    public async Task Ready_Verbose_TellsEachCheckWithStateAndSince()
    {
        var before = DateTimeOffset.UtcNow;
        await using var server = await RunningServer.StartAsync();
        foreach (var path in new[] { "/ready?verbose", "/healthz/ready?verbose", "/debug/health" })
        {
            var (status, body) = await server.GetAsync(path);
            Assert.Equal(HttpStatusCode.OK, status);
            var health = JsonNode.Parse(body)!;
            Assert.True(health["ready"]!.GetValue<bool>());
            Assert.Equal(["running ok", "snapshot ok", "authority ok"], health["checks"]!.AsArray().Select(check => $"{check!["name"]} {check["state"]}"));
            Assert.All(health["checks"]!.AsArray(), check =>
            {
                Assert.InRange(check!["since"]!.GetValue<DateTimeOffset>(), before, DateTimeOffset.UtcNow);
                Assert.Equal(("", true), (check["reason"]!.ToString(), check["required"]!.GetValue<bool>()));
            });
        }

        Assert.Equal(HttpStatusCode.OK, (await server.MonitoringAsync("/debug/health")).Status);
        Assert.Contains("controlplane_health{check=\"snapshot\"} 1\n", (await server.MonitoringAsync("/metrics")).Body, StringComparison.Ordinal);
    }
}
