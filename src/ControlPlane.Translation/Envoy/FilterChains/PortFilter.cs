using ControlPlane.Model.Collections;

namespace ControlPlane.Translation.Envoy.FilterChains;

/// <summary>A filter that the chains of some ports have.</summary>
/// <typeparam name="T">The contribution.</typeparam>
/// <param name="Ports">The ports; none for all.</param>
/// <param name="Filter">The filter.</param>
public sealed record PortFilter<T>(EquatableArray<int> Ports, T Filter)
    where T : class
{
    /// <summary>Whether the chains of a port have it.</summary>
    public bool IsFor(int port) => Ports.IsEmpty || Ports.Contains(port);
}
