using ControlPlane.Model.Collections;
using ControlPlane.Model.Incremental;
using ControlPlane.Translation.Features.VirtualService;
using ControlPlane.Translation.Views.Outbound;

namespace ControlPlane.Translation.Envoy.Routes;

/// <summary>Which VirtualServices concern which route configurations: an edit of one reaches no other.</summary>
internal static class RuleSelection
{
    // Hosts that no service has are served here, whatever port they are meant for.
    private const int UnknownHostsPort = 80;

    /// <summary>
    /// Those with routes of requests that concern a port, in order: they name a service that has it. Port 80 concerns all, as it has
    /// the hosts that are no services; so does 0, which stands for all ports.
    /// </summary>
    public static Derivation<(OutboundScope Scope, int Listener, int Port), EquatableArray<VirtualServiceSpec>> OfPort { get; } = new(
        "VirtualServices.OfPort",
        static (reader, key) =>
        {
            var index = reader.Get(ImportedVirtualServices.Of, (key.Scope, key.Listener));
            if (index.All.IsEmpty)
                return [];
            if (key.Port is 0 or UnknownHostsPort)
                return index.All.Where(s => !s.Http.IsEmpty).ToEquatableArray();
            var hosts = reader.Get(PortServices.HostsOfPort, key);
            var known = hosts.ToHashSet(StringComparer.Ordinal);
            return index.All
                .Where(s => !s.Http.IsEmpty && (s.LowerHosts.Any(known.Contains) || hosts.Any(h => VirtualServiceIndex.Covers(s, h))))
                .ToEquatableArray();
        });

    /// <summary>Those with routes of requests that take a service, in order.</summary>
    public static Derivation<(OutboundScope Scope, int Listener, string Host), EquatableArray<VirtualServiceSpec>> OfHost { get; } = new(
        "VirtualServices.OfHost",
        static (reader, key) => reader.Get(ImportedVirtualServices.Of, (key.Scope, key.Listener)).Claiming(key.Host).Where(s => !s.Http.IsEmpty).ToEquatableArray());

    /// <summary>Whether a VirtualService owns a service that it names by a wildcard.</summary>
    public static bool Owns(IReader reader, OutboundScope scope, int listener, VirtualServiceSpec spec, string host) =>
        reader.Get(Owner, (scope, listener, host)) == spec.Key;

    /// <summary>Whether a port is the one that serves hosts which are no services.</summary>
    public static bool ServesUnknownHosts(int port) => port == UnknownHostsPort;

    private static readonly Derivation<(OutboundScope Scope, int Listener, string Host), Model.Objects.ObjectKey?> Owner = new(
        "VirtualServices.Owner", static (reader, key) => reader.Get(ImportedVirtualServices.Of, (key.Scope, key.Listener)).Owner(key.Host));
}
