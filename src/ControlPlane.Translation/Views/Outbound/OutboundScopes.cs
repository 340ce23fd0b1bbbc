using ControlPlane.Model.Collections;
using ControlPlane.Model.Incremental;
using ControlPlane.Translation.Views.Proxies;
using ControlPlane.Translation.Views.Services;

namespace ControlPlane.Translation.Views.Outbound;

/// <summary>What each scope sees.</summary>
public static class OutboundScopes
{
    /// <summary>The scope of a class.</summary>
    public static Derivation<ProxyClass, OutboundScope> OfClass { get; } = new("OutboundScope", static (_, proxy) => new OutboundScope(proxy.Namespace, null));

    /// <summary>The egress listeners of a scope, in order.</summary>
    public static Derivation<OutboundScope, EquatableArray<EgressListener>> Listeners { get; } =
        new("EgressListeners", static (_, _) => [EgressListener.CatchAll]);

    /// <summary>The services of one egress listener, in their order; aliases among them.</summary>
    public static Derivation<(OutboundScope Scope, int Listener), EquatableArray<MeshService>> Services { get; } =
        new("EgressServices", static (reader, key) => HostSelection.Select(reader.Get(ServiceDirectory.VisibleTo, key.Scope.Namespace), key.Scope.Namespace));
}
