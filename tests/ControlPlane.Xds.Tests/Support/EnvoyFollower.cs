using ControlPlane.Model.Delivery;
using ControlPlane.Xds.Subscriptions;

namespace ControlPlane.Xds.Tests.Support;

/// <summary>
/// Subscribes as Envoy does: all clusters, the endpoints that these name, all listeners when the clusters are warm, and the routes that
/// these name.
/// </summary>
public sealed class EnvoyFollower(ModelClient client, EnvoyWarming warming, Action<XdsType, SubscriptionRequest> send)
{
    /// <summary>
    /// The first requests of a stream. After an earlier stream all that the client had asked for comes at once, but for clusters while some
    /// of them warm: then no request for clusters leaves a client that has begun to serve.
    /// </summary>
    public void Start()
    {
        if (warming.IsWarm || !client[XdsType.Listener].Wildcard)
            OpenClusters();
        if (client[XdsType.Endpoint].Names.Count > 0)
            send(XdsType.Endpoint, client.Open(XdsType.Endpoint, wildcard: false, client[XdsType.Endpoint].Names));
        if (client[XdsType.Listener].Wildcard)
            send(XdsType.Listener, client.Open(XdsType.Listener, wildcard: true, []));
        if (client[XdsType.Route].Names.Count > 0)
            send(XdsType.Route, client.Open(XdsType.Route, wildcard: false, client[XdsType.Route].Names));
    }

    public void After(ReceivedResponse response)
    {
        if (!client[XdsType.Cluster].Opened && warming.IsWarm)
            OpenClusters();
        if (response.Type == XdsType.Cluster)
            Follow(XdsType.Endpoint, [.. client[XdsType.Cluster].Resources.Keys.Order(StringComparer.Ordinal)]);
        else if (response.Type == XdsType.Listener && client[XdsType.Listener].Resources.ContainsKey("http"))
            Follow(XdsType.Route, ["r0", "r1", "r2", "r3"]);
        if (!client[XdsType.Listener].Opened && warming.IsWarm)
            send(XdsType.Listener, client.Open(XdsType.Listener, wildcard: true, []));
    }

    private void OpenClusters() => send(XdsType.Cluster, client.Open(XdsType.Cluster, wildcard: true, []));

    private void Follow(XdsType type, string[] names)
    {
        var state = client[type];
        if (!state.Opened)
            send(type, client.Open(type, wildcard: false, names));
        else if (!state.Names.ToHashSet().SetEquals(names))
            send(type, client.Change(type, wildcard: false, names));
    }
}
