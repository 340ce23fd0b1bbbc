using System.Globalization;
using System.Text.Json.Nodes;
using ControlPlane.FeatureTests.Identity;
using ControlPlane.FeatureTests.Support;
using ControlPlane.Model.Delivery;
using ControlPlane.Testing.Clusters;
using ControlPlane.Testing.Processes;

namespace ControlPlane.FeatureTests.Metrics;

/// <summary>Prometheus itself scrapes the server and is asked what it has read.</summary>
public class PrometheusScrapeTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    [PrometheusFact]
    public async Task Prometheus_ReadsTheNumbersOfIstiosDashboards()
    {
        await using var server = await SecureServer.StartAsync();
        using var certificate = await server.CertificateAsync(server.Token());
        using var client = server.Running.Connect();
        await client.AckAsync(await client.AskAsync(XdsType.Cluster.TypeUrl()));
        server.WriteMesh("shop.yaml", Meshes.Service("shop"));
        await client.AckAsync(await client.ReadAsync());
        using var folder = new Folder();
        var config = folder.Write("prometheus.yml", $$"""
            global: {scrape_interval: 200ms}
            scrape_configs:
            - job_name: istiod
              static_configs: [{targets: ["{{server.Running.Server.Addresses.Monitoring}}"]}]
            """);
        var address = $"127.0.0.1:{FreePorts.Take(1)[0]}";
        await using var prometheus = ExternalProcess.Start(
            "prometheus", ["--config.file=" + config, "--storage.tsdb.path=" + folder.Of("data"), "--web.listen-address=" + address, "--log.level=warn"]);
        using var http = new HttpClient { BaseAddress = new Uri($"http://{address}") };

        // All numbers are of one scrape, and there is none before the first.
        await UntilAsync(http, prometheus, "up{job=\"istiod\"}", 1);
        await UntilAsync(http, prometheus, "sum(pilot_proxy_convergence_time_count)", 1);
        Assert.Equal(1, await QueryAsync(http, "sum(pilot_xds{version=\"1.32.0\"})"));
        Assert.Equal(2, await QueryAsync(http, "sum(pilot_xds_pushes{type=\"cds\"})"));
        Assert.Equal(1, await QueryAsync(http, "sum(pilot_proxy_convergence_time_bucket{le=\"+Inf\"})"));
        Assert.Equal(2, await QueryAsync(http, "sum(pilot_k8s_reg_events{type=\"Services\",event=\"add\"})"));
        Assert.Equal(2, await QueryAsync(http, "pilot_services"));
        Assert.Equal(1, await QueryAsync(http, "citadel_server_csr_count"));
        Assert.Equal(1, await QueryAsync(http, "citadel_server_success_cert_issuance_count"));
        Assert.True(await QueryAsync(http, "histogram_quantile(0.99, sum by (le) (pilot_xds_config_size_bytes_bucket))") > 0);
    }

    private static async Task UntilAsync(HttpClient http, ExternalProcess prometheus, string query, double expected)
    {
        using var limit = new CancellationTokenSource(Patience);
        while (!limit.IsCancellationRequested && !prometheus.HasExited)
        {
            try
            {
                if (await QueryAsync(http, query) is { } value && value.Equals(expected))
                    return;
            }
            catch (HttpRequestException)
            {
                // It does not listen yet, or reads its log first.
            }

            await Task.Delay(Pause, CancellationToken.None);
        }

        Assert.Fail($"{query} did not become {expected}: {prometheus.Output}");
    }

    private static async Task<double?> QueryAsync(HttpClient http, string query)
    {
        var answer = JsonNode.Parse(await http.GetStringAsync(new Uri("/api/v1/query?query=" + Uri.EscapeDataString(query), UriKind.Relative)))!;
        return answer["data"]!["result"]!.AsArray() is [{ } sample] ? double.Parse(sample["value"]![1]!.GetValue<string>(), CultureInfo.InvariantCulture) : null;
    }
}
