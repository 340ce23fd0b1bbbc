namespace ControlPlane.Model.Delivery;

/// <summary>A connected proxy, as the engine knows it. Dispose it when the stream ends. Members may be called from any thread.</summary>
public interface IProxySession : IDisposable
{
    /// <summary>
    /// Completes with the proxy's first configuration; it never completes before the first complete snapshot was read.
    /// </summary>
    Task<EncodedConfig> FirstConfig { get; }

    /// <summary>The newest configuration, null before the first.</summary>
    EncodedConfig? Current { get; }

    /// <summary>
    /// Declares what the stream wants of a type. The observer is called for later changes that concern it. For types whose sets
    /// depend on the names asked (<see cref="ResourceSet.Asked"/> is not null) the observer is called with a configuration whose
    /// set answers these names as soon as there is one.
    /// </summary>
    void SetInterest(XdsType type, Interest interest);

    /// <summary>Whether a trace of a change waits for <see cref="Acknowledge"/>. False, at the cost of one read, where nobody traces.</summary>
    bool AwaitsAcknowledgement { get; }

    /// <summary>Says that the client has answered all that a configuration needed.</summary>
    /// <param name="snapshot">Number of the snapshot of that configuration.</param>
    /// <param name="refused">Whether it has refused some of it.</param>
    void Acknowledge(long snapshot, bool refused);
}
