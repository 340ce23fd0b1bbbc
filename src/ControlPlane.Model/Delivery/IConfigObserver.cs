namespace ControlPlane.Model.Delivery;

/// <summary>The mailbox of a stream: one slot, the latest configuration wins.</summary>
public interface IConfigObserver
{
    /// <summary>
    /// Called by the change loop when the proxy's configuration differs in something the stream has declared interest in. Must
    /// only note it and return: it may not block, write, or throw.
    /// </summary>
    void OnConfig(EncodedConfig config);
}
