using ControlPlane.Model.Proxies;

namespace ControlPlane.Model.Delivery;

/// <summary>Where streams get configurations from: the engine, seen from the protocol.</summary>
public interface IConfigHub
{
    /// <summary>Whether the first complete snapshot was read and translated. Before that no proxy is answered (X4).</summary>
    bool IsReady { get; }

    /// <summary>Registers a proxy. The observer hears of changes until the session is disposed.</summary>
    IProxySession Connect(ProxyDescriptor proxy, IConfigObserver observer);
}
