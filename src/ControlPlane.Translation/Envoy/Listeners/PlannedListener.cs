using ControlPlane.Model.Collections;
using ControlPlane.Translation.Envoy.Names;

namespace ControlPlane.Translation.Envoy.Listeners;

/// <summary>An outbound listener as planned for all classes of a scope. Value equality; the hash code is computed once, as classes file thousands of these.</summary>
public sealed class PlannedListener : IEquatable<PlannedListener>
{
    private readonly int _hash;

    /// <summary>Plans a listener.</summary>
    /// <param name="addresses">Its addresses (or one unix:// path), the first of which names it.</param>
    /// <param name="port">Its port; 0 for a path.</param>
    /// <param name="bindsPort">Whether it binds its port; else interception hands connections over.</param>
    /// <param name="chains">Its chains, in order; at least one.</param>
    public PlannedListener(EquatableArray<string> addresses, int port, bool bindsPort, EquatableArray<PlannedChain> chains)
    {
        Addresses = addresses;
        Port = port;
        BindsPort = bindsPort;
        Chains = chains;
        _hash = HashCode.Combine(addresses, port, bindsPort, chains);
    }

    /// <summary>Its addresses (or one unix:// path), the first of which names it.</summary>
    public EquatableArray<string> Addresses { get; }

    /// <summary>Its port; 0 for a path.</summary>
    public int Port { get; }

    /// <summary>Whether it binds its port.</summary>
    public bool BindsPort { get; }

    /// <summary>Its chains, in order.</summary>
    public EquatableArray<PlannedChain> Chains { get; }

    /// <summary>Its name.</summary>
    public string Name => ListenerNames.Of(Addresses[0], Port);

    /// <summary>Names of the route configurations that it refers to, sorted, each once.</summary>
    public EquatableArray<string> RouteNames =>
        Chains.OfType<PlannedChain.Http>().Select(c => c.RouteName).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).ToEquatableArray();

    /// <inheritdoc/>
    public bool Equals(PlannedListener? other) =>
        ReferenceEquals(this, other)
        || (other is not null && _hash == other._hash && Port == other.Port && BindsPort == other.BindsPort
            && Addresses == other.Addresses && Chains == other.Chains);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as PlannedListener);

    /// <inheritdoc/>
    public override int GetHashCode() => _hash;
}
