using ControlPlane.Model.Collections;
using ControlPlane.Model.Incremental;
using ControlPlane.Translation.Views.Outbound;
using ControlPlane.Translation.Views.Services;

namespace ControlPlane.Translation.Envoy.Routes;

/// <summary>
/// The services of an egress listener by what routes ask for, so that a service concerns only the route configurations that name it.
/// Aliases are among them.
/// </summary>
internal static class PortServices
{
    private static readonly Derivation<(OutboundScope Scope, int Listener), IReadOnlyDictionary<int, EquatableArray<MeshService>>> ByPort = new(
        "ServicesByPort",
        static (reader, key) => reader.Get(OutboundScopes.Services, key)
            .SelectMany(s => s.Ports.Select(p => (Port: p.Number, Service: s)))
            .GroupBy(p => p.Port)
            .ToDictionary(g => g.Key, g => g.Select(p => p.Service).Distinct(ReferenceEqualityComparer.Instance).Cast<MeshService>().ToEquatableArray()));

    private static readonly Derivation<(OutboundScope Scope, int Listener), IReadOnlyDictionary<string, EquatableArray<MeshService>>> ByHost = new(
        "ServicesByHost",
        static (reader, key) => reader.Get(OutboundScopes.Services, key)
            .GroupBy(s => s.Host, StringComparer.Ordinal)
            .ToDictionary(g => g.Key, g => g.ToEquatableArray(), StringComparer.Ordinal));

    /// <summary>The services that have a port, in their order.</summary>
    public static Derivation<(OutboundScope Scope, int Listener, int Port), EquatableArray<MeshService>> OfPort { get; } = new(
        "ServicesOfPort", static (reader, key) => reader.Get(ByPort, (key.Scope, key.Listener)).GetValueOrDefault(key.Port));

    /// <summary>The hosts of the services that have a port, in lower case.</summary>
    public static Derivation<(OutboundScope Scope, int Listener, int Port), EquatableArray<string>> HostsOfPort { get; } = new(
        "HostsOfPort", static (reader, key) => reader.Get(OfPort, key).Select(s => s.Host.ToLowerInvariant()).Distinct(StringComparer.Ordinal).ToEquatableArray());

    /// <summary>The services of a host, in their order.</summary>
    public static Derivation<(OutboundScope Scope, int Listener, string Host), EquatableArray<MeshService>> OfHost { get; } = new(
        "ServicesOfHostInScope", static (reader, key) => reader.Get(ByHost, (key.Scope, key.Listener)).GetValueOrDefault(key.Host));
}
