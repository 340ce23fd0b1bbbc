using System.Globalization;
using ControlPlane.Model.Collections;
using ControlPlane.Model.Incremental;
using ControlPlane.Translation.Envoy.FilterChains;
using ControlPlane.Translation.Envoy.Names;
using ControlPlane.Translation.Envoy.Routes;
using ControlPlane.Translation.Features.AuthorizationPolicy;
using ControlPlane.Translation.Features.PeerAuthentication;
using ControlPlane.Translation.Features.Telemetry;
using ControlPlane.Translation.Views;
using ControlPlane.Translation.Views.Mesh;
using ControlPlane.Translation.Views.Outbound;
using ControlPlane.Translation.Views.Proxies;
using Google.Protobuf.WellKnownTypes;

namespace ControlPlane.Translation.Envoy.Listeners;

/// <summary>The listeners of sidecars.</summary>
internal static class SidecarListeners
{
    private static readonly Derivation<Unit, MeshPart> OfMesh = new("Listeners.Mesh", static (reader, _) =>
    {
        var mesh = reader.Get(MeshSettings.Current, Unit.Value).Config;
        return new MeshPart(mesh.ProxyListenPort, mesh.ProxyInboundListenPort, mesh.ProxyHttpPort, (mesh.ProtocolDetectionTimeout ?? new Duration()).Freeze());
    });

    private static readonly Derivation<ProxyClass, OutboundListenerSettings> OutboundSettings = new("OutboundListenerSettings", static (reader, proxy) =>
        new OutboundListenerSettings(
            reader.Get(TcpTemplates.Of, (proxy, TelemetrySide.Outbound)),
            reader.Get(OutboundPolicy.OfScope, reader.Get(OutboundScopes.OfClass, proxy)).FallthroughCluster,
            Interception.IsTrue(proxy.MetadataText("OUTBOUND_LISTENER_EXACT_BALANCE")),
            reader.Get(OfMesh, Unit.Value).DetectionTimeout));

    private static readonly Derivation<ProxyClass, InboundListenerSettings> InboundSettings = new("InboundListenerSettings", static (reader, proxy) =>
        new InboundListenerSettings(
            reader.Get(HttpConnectionTemplates.Of, (proxy, TelemetrySide.Inbound)),
            reader.Get(TcpTemplates.Of, (proxy, TelemetrySide.Inbound)),
            InboundTlsSettings.Of(reader, proxy),
            Logs(reader, proxy, TelemetrySide.Inbound).Listener,
            reader.Get(RetryPolicies.MeshInbound, Unit.Value),
            reader.Get(OfMesh, Unit.Value).DetectionTimeout,
            Interception.IsTrue(proxy.MetadataText("INBOUND_LISTENER_EXACT_BALANCE"))));

    /// <summary>The listeners of a class.</summary>
    public static IEnumerable<ListenerItem> Members(IReader reader, ProxyClass proxy)
    {
        if (reader.Get(OfMesh, Unit.Value).OutboundPort <= 0)
            yield break;
        foreach (var item in Outbound(reader, proxy))
            yield return item;
        if (HttpProxyPort(reader, proxy) != 0)
            yield return new ListenerItem.HttpProxy(proxy);
        foreach (var chain in reader.Get(InboundPlans.OfClass, proxy).Bound)
            yield return new ListenerItem.BoundInbound(proxy, chain.Port);
        if (Interception.Of(proxy).None)
            yield break;
        yield return new ListenerItem.VirtualOutbound(proxy);
        yield return new ListenerItem.VirtualInbound(proxy);
    }

    /// <summary>Names of the route configurations that a class's listeners refer to, each once.</summary>
    public static IEnumerable<string> RouteNames(IReader reader, ProxyClass proxy)
    {
        var names = reader.Get(OutboundPlans.Of, OutboundPlans.KeyOf(reader, proxy)).SelectMany(l => l.RouteNames);
        if (HttpProxyPort(reader, proxy) != 0)
            names = names.Append(Names.RouteNames.HttpProxy);
        return names.Distinct(StringComparer.Ordinal);
    }

    /// <summary>The input of an item.</summary>
    public static ListenerInput? Input(IReader reader, ListenerItem item) => item switch
    {
        ListenerItem.Planned planned => planned.Input,
        ListenerItem.VirtualInbound inbound => VirtualInbound(reader, inbound.Class),
        ListenerItem.BoundInbound bound => BoundInbound(reader, bound.Class, bound.Port),
        ListenerItem.VirtualOutbound outbound => VirtualOutbound(reader, outbound.Class),
        ListenerItem.HttpProxy http => HttpProxy(reader, http.Class),
        _ => null,
    };

    private static List<ListenerItem> Outbound(IReader reader, ProxyClass proxy)
    {
        var settings = reader.Get(OutboundSettings, proxy);
        var http = reader.Get(HttpConnectionTemplates.Of, (proxy, TelemetrySide.Outbound));
        var items = new List<ListenerItem>();
        foreach (var planned in reader.Get(OutboundPlans.Of, OutboundPlans.KeyOf(reader, proxy)))
        {
            var plan = planned.Chains.Any(ResolvesServerNames) ? Authorized(planned, WorkloadAuthorization.Of(reader, new WorkloadKey(proxy.Namespace, proxy.Labels)).Network) : planned;
            var routed = plan.Chains.Any(c => c is PlannedChain.Http);
            items.Add(new ListenerItem.Planned(new OutboundListenerInput(plan, routed ? http : null, settings)));
        }

        return items;
    }

    /// <summary>Whether hosts that TLS clients name are resolved: wildcard hosts of resolution DYNAMIC_DNS.</summary>
    private static bool ResolvesServerNames(PlannedChain chain) => chain is PlannedChain.Tcp tcp && tcp.OwnFilters.Any(static f => f.Slot == NetworkFilterSlot.SniDynamicForwardProxy);

    /// <summary>As istiod, here alone: such connections obey the AuthorizationPolicies of the workload from which they come.</summary>
    private static PlannedListener Authorized(PlannedListener plan, EquatableArray<NetworkFilterContribution> filters) => filters.IsEmpty ? plan : new PlannedListener(
        plan.Addresses, plan.Port, plan.BindsPort,
        plan.Chains.Select(c => c is PlannedChain.Tcp tcp && ResolvesServerNames(c) ? tcp with { OwnFilters = tcp.OwnFilters.Concat(filters).ToEquatableArray() } : c).ToEquatableArray());

    private static InboundListenerInput VirtualInbound(IReader reader, ProxyClass proxy) => new()
    {
        Name = ListenerNames.VirtualInbound,
        Addresses = [proxy.WildcardAddress],
        Port = reader.Get(OfMesh, Unit.Value).InboundPort,
        Virtual = true,
        Transparent = Interception.Of(proxy).Transparent,
        Chains = reader.Get(InboundPlans.OfClass, proxy).Captured,
        Settings = reader.Get(InboundSettings, proxy),
    };

    private static InboundListenerInput? BoundInbound(IReader reader, ProxyClass proxy, int port)
    {
        foreach (var chain in reader.Get(InboundPlans.OfClass, proxy).Bound)
        {
            if (chain.Port == port)
            {
                return new InboundListenerInput
                {
                    Name = ListenerNames.Of(chain.Bind, port),
                    Addresses = [chain.Bind],
                    Port = port,
                    Chains = [chain],
                    Settings = reader.Get(InboundSettings, proxy),
                };
            }
        }

        return null;
    }

    private static VirtualOutboundInput VirtualOutbound(IReader reader, ProxyClass proxy)
    {
        var policy = reader.Get(OutboundPolicy.OfScope, reader.Get(OutboundScopes.OfClass, proxy));
        var resolves = policy.Mode == OutboundPolicyMode.AllowAnyDynamicDns;
        return new VirtualOutboundInput
        {
            Address = proxy.WildcardAddress,
            Port = reader.Get(OfMesh, Unit.Value).OutboundPort,
            Transparent = Interception.Of(proxy).Transparent,
            Tcp = reader.Get(TcpTemplates.Of, (proxy, TelemetrySide.Outbound)),
            FallthroughCluster = policy.FallthroughCluster,
            AccessLogs = Logs(reader, proxy, TelemetrySide.Outbound).Listener,
            UnknownHosts = resolves ? reader.Get(HttpConnectionTemplates.Of, (proxy, TelemetrySide.Outbound)) : null,
            UnknownHostRoute = resolves ? RouteSettings.Of(reader, proxy).CatchAll : null,
        };
    }

    private static HttpProxyListenerInput? HttpProxy(IReader reader, ProxyClass proxy)
    {
        var port = HttpProxyPort(reader, proxy);
        var family = AddressFamily.Of(proxy);
        return port == 0 ? null : new HttpProxyListenerInput
        {
            Addresses = family.ExtraLocalhosts.Prepend(family.Localhost).ToEquatableArray(),
            Port = port,
            Http = reader.Get(HttpConnectionTemplates.Of, (proxy, TelemetrySide.Outbound)),
            Tcp = reader.Get(TcpTemplates.Of, (proxy, TelemetrySide.Outbound)),
            ExactBalance = Interception.IsTrue(proxy.MetadataText("OUTBOUND_LISTENER_EXACT_BALANCE")),
        };
    }

    private static AccessLogSettings Logs(IReader reader, ProxyClass proxy, TelemetrySide side) =>
        reader.Get(AccessLogs.Of, (new WorkloadKey(proxy.Namespace, proxy.Labels), side));

    private static int HttpProxyPort(IReader reader, ProxyClass proxy) =>
        int.TryParse(proxy.MetadataText("HTTP_PROXY_PORT"), NumberStyles.None, CultureInfo.InvariantCulture, out var port) ? port : reader.Get(OfMesh, Unit.Value).HttpPort;

    private sealed record MeshPart(int OutboundPort, int InboundPort, int HttpPort, Frozen<Duration> DetectionTimeout);
}
