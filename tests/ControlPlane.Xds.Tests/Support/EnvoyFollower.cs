using ControlPlane.Model.Delivery;
using ControlPlane.Xds.Subscriptions;

namespace ControlPlane.Xds.Tests.Support;

/// <summary>
/// Subscribes as Envoy does: all clusters, the endpoints that these name, all listeners when the clusters are warm, and the routes that
/// these name.
/// </summary>
public sealed class EnvoyFollower(ModelClient client, EnvoyWarming warming, Action<XdsType, SubscriptionRequest> send)
{
    public void Start() => send(XdsType.Cluster, client.Open(XdsType.Cluster, wildcard: true, []));

    public void After(ReceivedResponse response)
    {
        if (response.Type == XdsType.Cluster)
            Follow(XdsType.Endpoint, [.. client[XdsType.Cluster].Resources.Keys.Order(StringComparer.Ordinal)]);
        else if (response.Type == XdsType.Listener && client[XdsType.Listener].Resources.ContainsKey("http"))
            Follow(XdsType.Route, ["r0", "r1", "r2", "r3"]);
        if (!client[XdsType.Listener].Opened && warming.IsWarm)
            send(XdsType.Listener, client.Open(XdsType.Listener, wildcard: true, []));
    }

    private void Follow(XdsType type, string[] names)
    {
        var state = client[type];
        if (!state.Opened)
            send(type, client.Open(type, wildcard: false, names));
        else if (!state.Names.ToHashSet().SetEquals(names))
            send(type, client.Change(type, wildcard: false, names));
    }
}
