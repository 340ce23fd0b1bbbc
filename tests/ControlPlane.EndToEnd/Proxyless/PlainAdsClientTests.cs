using ControlPlane.Testing.Processes;

namespace ControlPlane.EndToEnd.Proxyless;

/// <summary>grpc-js as a plain ADS client, in both variants of the protocol.</summary>
public class PlainAdsClientTests
{
    private const string NodeId = "sidecar~10.2.0.99~client-1.shop~shop.svc.cluster.local";
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    [NodeTheory]
    [InlineData("sotw")]
    [InlineData("delta")]
    public async Task GrpcJs_AsAdsClient_GetsResourcesAndTheirChanges(string variant)
    {
        await using var mesh = await ProxylessMesh.StartAsync(ProxylessMesh.A);
        await using var client = ExternalProcess.Start("node", [Path.Combine(ExternalPrograms.NodeFolder, "ads-client.js"), mesh.XdsAddress, variant, NodeId]);

        var clusters = await client.WaitForLineAsync("clusters ", Limit);
        Assert.Contains(ProxylessMesh.Cluster, clusters.Split(' '));
        await client.WaitForLineAsync(Assignment(ProxylessMesh.A), Limit);
        mesh.SetEndpoints(ProxylessMesh.A, ProxylessMesh.C);
        await client.WaitForLineAsync(Assignment(ProxylessMesh.A, ProxylessMesh.C), Limit);
        mesh.SetEndpoints(ProxylessMesh.C);
        await client.WaitForLineAsync(Assignment(ProxylessMesh.C), Limit);

        Assert.Contains("virtualInbound", client.Output.Split('\n').First(line => line.StartsWith("listeners ", StringComparison.Ordinal)), StringComparison.Ordinal);
        Assert.DoesNotContain("error", client.Output, StringComparison.Ordinal);

        string Assignment(params (string Pod, string Address)[] endpoints) =>
            $"assignment {ProxylessMesh.Cluster} {string.Join(' ', endpoints.Select(e => $"{e.Address}:{mesh.BackendPort}"))}";
    }
}
