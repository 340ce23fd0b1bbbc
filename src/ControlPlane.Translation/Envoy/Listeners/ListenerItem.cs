using ControlPlane.Translation.Views.Proxies;

namespace ControlPlane.Translation.Envoy.Listeners;

/// <summary>Names a listener of a class.</summary>
public abstract record ListenerItem
{
    /// <summary>An outbound listener, or one of a gateway: its whole input is known with the plan.</summary>
    /// <param name="Input">The input.</param>
    public sealed record Planned(ListenerInput Input) : ListenerItem;

    /// <summary>The listener of intercepted inbound connections.</summary>
    /// <param name="Class">The class.</param>
    public sealed record VirtualInbound(ProxyClass Class) : ListenerItem;

    /// <summary>A listener of one inbound port.</summary>
    /// <param name="Class">The class.</param>
    /// <param name="Port">The port.</param>
    public sealed record BoundInbound(ProxyClass Class, int Port) : ListenerItem;

    /// <summary>The listener of intercepted outbound connections.</summary>
    /// <param name="Class">The class.</param>
    public sealed record VirtualOutbound(ProxyClass Class) : ListenerItem;

    /// <summary>The listener for forward proxying.</summary>
    /// <param name="Class">The class.</param>
    public sealed record HttpProxy(ProxyClass Class) : ListenerItem;
}
