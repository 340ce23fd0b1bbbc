using ControlPlane.Model.Delivery;
using ControlPlane.Xds.Subscriptions;

namespace ControlPlane.Xds.Tests.Support;

/// <summary>
/// What Envoy does with clusters: one that it takes up warms until its endpoints have come, meanwhile requests that a route sends to it
/// get 503 unless there was one of that name before, and no response with clusters is answered.
/// </summary>
public sealed class EnvoyWarming(ModelClient client, Action<XdsType, SubscriptionRequest> send)
{
    private readonly HashSet<string> _active = [];
    private readonly HashSet<string> _warming = [];
    private readonly HashSet<string> _refused = [];
    private readonly Queue<SubscriptionRequest> _answers = [];

    /// <summary>How many clusters came that were not there before.</summary>
    public int Added { get; private set; }

    /// <summary>Whether no cluster warms.</summary>
    public bool IsWarm => _warming.Count == 0;

    /// <summary>Whether a route to a cluster serves, or can't serve because of what the client itself refused.</summary>
    public bool Serves(string cluster) => _active.Contains(cluster) || _refused.Contains(cluster);

    /// <summary>The stream has ended. What warms goes on to do so.</summary>
    public void Disconnect() => _answers.Clear();

    /// <summary>To be told of every response before the client takes it.</summary>
    public void BeforeReceive(ReceivedResponse response, bool accept)
    {
        if (response.Type == XdsType.Endpoint)
            Warm(response);
        else if (response.Type == XdsType.Cluster && accept)
            Take(response);
        else if (response.Type == XdsType.Cluster)
            _refused.UnionWith(response.Names.Where(n => !_active.Contains(n)));
    }

    /// <summary>Sends the client's answer, when Envoy would.</summary>
    public void Answer(ReceivedResponse response, SubscriptionRequest answer)
    {
        if (response.Type != XdsType.Cluster)
        {
            send(response.Type, answer);
        }
        else
        {
            _answers.Enqueue(answer);
            SendAnswers();
        }
    }

    private void Take(ReceivedResponse response)
    {
        var old = client[XdsType.Cluster].Resources;
        foreach (var resource in response.Resources.Where(r => !_active.Contains(r.Name) || old.GetValueOrDefault(r.Name)?.Content != r.Content))
        {
            Added += _active.Contains(resource.Name) || _warming.Contains(resource.Name) ? 0 : 1;
            _warming.Add(resource.Name);
            _refused.Remove(resource.Name);
        }

        var gone = client.Variant == XdsVariant.Delta ? response.Removed : [.. old.Keys.Except(response.Names)];
        foreach (var names in (HashSet<string>[])[_active, _warming, _refused])
            names.ExceptWith(gone);
    }

    // Envoy ends the warming also by endpoints that it refuses, and by their absence.
    private void Warm(ReceivedResponse response)
    {
        foreach (var name in response.Names.Concat(response.Removed).Where(client[XdsType.Endpoint].Wants).Where(_warming.Remove))
            _active.Add(name);
        SendAnswers();
    }

    private void SendAnswers()
    {
        while (_warming.Count == 0 && _answers.TryDequeue(out var answer))
            send(XdsType.Cluster, answer);
    }
}
