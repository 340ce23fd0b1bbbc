using ControlPlane.Model.Delivery;
using ControlPlane.Xds.Subscriptions;

namespace ControlPlane.Xds.Tests.Support;

/// <summary>
/// X55: a route or listener may name only clusters that were sent before it on the stream and are warm, and a cluster may go only when
/// nothing that the client uses names it. To be told of every response before the client takes it.
/// </summary>
public sealed class BreakRecorder(ModelClient client, EnvoyWarming warming)
{
    private readonly HashSet<string> _clusters = [];

    public int RoutesSeen { get; private set; }

    public int RemovalsSeen { get; private set; }

    public void BeforeReceive(ReceivedResponse response, bool accept)
    {
        warming.BeforeReceive(response, accept);
        switch (response.Type)
        {
            case XdsType.Cluster:
                var gone = client.Variant == XdsVariant.Delta ? [.. response.Removed] : _clusters.Except(response.Names).ToArray();
                foreach (var name in gone)
                    Remove(name, accept);
                _clusters.UnionWith(response.Names);
                break;
            case XdsType.Listener or XdsType.Route:
                RoutesSeen++;
                foreach (var resource in response.Resources)
                    Assert.All(resource.Content.Clusters, c => AssertServes(resource.Name, c));
                break;
            default:
                break;
        }
    }

    private void AssertServes(string user, string cluster)
    {
        Assert.True(_clusters.Contains(cluster), $"{user} names {cluster}, which was not sent");
        Assert.True(warming.Serves(cluster), $"{user} names {cluster}, which still warms");
    }

    private void Remove(string cluster, bool accept)
    {
        RemovalsSeen++;

        // A client that refuses keeps it, also beyond the end of the stream.
        if (accept)
            _clusters.Remove(cluster);
        foreach (var user in client[XdsType.Route].Resources.Values.Concat(client[XdsType.Listener].Resources.Values))
            Assert.False(user.Content.Clusters.Contains(cluster), $"{cluster} goes while {user.Name} names it");
    }
}
