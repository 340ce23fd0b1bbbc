using ControlPlane.Model.Delivery;
using ControlPlane.Xds.Subscriptions;

namespace ControlPlane.Xds.Tests.Support;

/// <summary>A client that has all that a request needs: cluster "old" with endpoints, listener "l" and route "r" to it.</summary>
internal static class RoutedClient
{
    public static async Task<AdsClient> ConnectAsync(XdsServer server, XdsVariant variant)
    {
        server.Publish(TestResource.Cluster("old"), TestResource.Endpoint("old"), TestResource.Listener("l", "1", "r"), TestResource.Route("r", "1", "old"));
        var client = server.Connect(variant);
        await client.SubscribeAsync(XdsType.Cluster);
        await client.AcceptAsync(XdsType.Cluster);
        await client.SubscribeAsync(XdsType.Endpoint, "old");
        await client.AcceptAsync(XdsType.Endpoint);
        await client.SubscribeAsync(XdsType.Listener);
        await client.AcceptAsync(XdsType.Listener);
        await client.SubscribeAsync(XdsType.Route, "r");
        await client.AcceptAsync(XdsType.Route);
        return client;
    }
}
