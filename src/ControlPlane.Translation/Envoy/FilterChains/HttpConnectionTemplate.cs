using ControlPlane.Model.Collections;
using Envoy.Extensions.Filters.Network.HttpConnectionManager.V3;

namespace ControlPlane.Translation.Envoy.FilterChains;

/// <summary>
/// What all connection managers of one side of a class have in common. A listener adds its name for statistics, its routes, and
/// filters of its own.
/// </summary>
/// <param name="Base">All fields but those.</param>
/// <param name="Filters">The common filters.</param>
public sealed record HttpConnectionTemplate(Frozen<HttpConnectionManager> Base, EquatableArray<HttpFilterContribution> Filters)
{
    /// <summary>Filters of the user's own, by port.</summary>
    public EquatableArray<PortFilter<HttpFilterContribution>> Extensions { get; init; }

    /// <summary>A connection manager that may be written to.</summary>
    /// <param name="statPrefix">Name for statistics, without the closing delimiter.</param>
    /// <param name="port">Port by which the user's own filters are chosen; 0 for those of all ports.</param>
    /// <param name="own">Further filters.</param>
    public HttpConnectionManager Build(string statPrefix, int port, IEnumerable<HttpFilterContribution>? own = null)
    {
        var manager = Base.Clone();
        manager.StatPrefix = Names.StatNames.Delimited(statPrefix);
        manager.HttpFilters.AddRange(HttpFilterOrder.Arrange(Filters.Concat(Extensions.Where(e => e.IsFor(port)).Select(e => e.Filter)).Concat(own ?? [])));
        return manager;
    }
}
