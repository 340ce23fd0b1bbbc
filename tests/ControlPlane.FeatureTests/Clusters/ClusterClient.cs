using System.Net;
using ControlPlane.FeatureTests.Support;
using ControlPlane.Model.Delivery;
using Envoy.Config.Cluster.V3;
using Envoy.Config.Endpoint.V3;
using Envoy.Service.Discovery.V3;

namespace ControlPlane.FeatureTests.Clusters;

/// <summary>An ADS client that follows the endpoints of one cluster and acknowledges all it gets.</summary>
internal sealed class ClusterClient(IPEndPoint address) : IDisposable
{
    private readonly AdsClient _ads = new(address);

    /// <summary>Whether a cluster exists.</summary>
    public async Task<bool> KnowsAsync(string cluster)
    {
        var response = await _ads.AskAsync(XdsType.Cluster.TypeUrl());
        await _ads.AckAsync(response);
        return response.Resources.Select(r => r.Unpack<Cluster>().Name).Contains(cluster);
    }

    /// <summary>Subscribes to the endpoints of a cluster; gives their addresses.</summary>
    public async Task<string> EndpointsAsync(string cluster) => await TakeAsync(await _ads.AskAsync(XdsType.Endpoint.TypeUrl(), cluster));

    /// <summary>The addresses of the next push of endpoints.</summary>
    public async Task<string> NextEndpointsAsync()
    {
        while (true)
        {
            var response = await _ads.ReadAsync();
            if (response.TypeUrl == XdsType.Endpoint.TypeUrl())
                return await TakeAsync(response);
            await _ads.AckAsync(response);
        }
    }

    /// <summary>Waits until the endpoints are these.</summary>
    public async Task UntilEndpointsAsync(string addresses)
    {
        while (await NextEndpointsAsync() != addresses)
        {
            // An earlier state.
        }
    }

    public void Dispose() => _ads.Dispose();

    private async Task<string> TakeAsync(DiscoveryResponse response)
    {
        await _ads.AckAsync(response);
        var addresses = response.Resources.SelectMany(r => r.Unpack<ClusterLoadAssignment>().Endpoints)
            .SelectMany(l => l.LbEndpoints).Select(e => e.Endpoint.Address.SocketAddress.Address);
        return string.Join(' ', addresses.Order(StringComparer.Ordinal));
    }
}
