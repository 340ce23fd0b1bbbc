using System.Net;
using ControlPlane.Model.Collections;
using ControlPlane.Model.Incremental;
using ControlPlane.Translation.Envoy.Names;
using ControlPlane.Translation.Features.PeerAuthentication;
using ControlPlane.Translation.Features.Sidecar;
using ControlPlane.Translation.Views;
using ControlPlane.Translation.Views.Inbound;
using ControlPlane.Translation.Views.Mesh;
using ControlPlane.Translation.Views.Outbound;
using ControlPlane.Translation.Views.Proxies;
using ControlPlane.Translation.Views.Services;
using Istio.Networking.V1Alpha3;

namespace ControlPlane.Translation.Envoy.Listeners;

/// <summary>Which ports the inbound listeners of a class tell apart.</summary>
public static class InboundPlans
{
    private static readonly ServiceName NoService = new("", "", "", false);

    private static readonly Derivation<Unit, MeshPart> OfMesh = new("InboundPlan.Mesh", static (reader, _) =>
    {
        var mesh = reader.Get(MeshSettings.Current, Unit.Value).Config;
        return new MeshPart(mesh.ProxyListenPort, mesh.ProxyInboundListenPort, mesh.InboundClusterStatName);
    });

    /// <summary>
    /// First all ports that nobody claims, then those of them that have a mutual TLS mode of their own, then the ports of services or,
    /// in their place, those of a Sidecar's ingress; each part ascending. Ports of the proxy itself are left out, and so are named
    /// target ports whose number is not known (yet): chains without port would clash with those for all others.
    /// </summary>
    public static Derivation<ProxyClass, InboundPlan> OfClass { get; } = new("InboundPlan", static (reader, proxy) =>
    {
        var mtls = reader.Get(PeerAuthentications.OfWorkload, new WorkloadKey(proxy.Namespace, proxy.Labels));
        var scope = reader.Get(OutboundScopes.OfClass, proxy);
        var interception = Interception.Of(proxy);
        var claimed = new HashSet<int>();
        List<(InboundChain Chain, bool Bound)> ports;
        if (Sidecars.Find(reader, scope.Sidecar) is { Ingress.IsEmpty: false } sidecar)
        {
            claimed.UnionWith(sidecar.Ingress.Select(i => i.Port));
            ports = OfIngress(sidecar, proxy, interception, mtls, reader.Get(OfMesh, Unit.Value).StatPattern);
        }
        else
        {
            var services = reader.Get(InboundPorts.OfClass, proxy);
            claimed.UnionWith(services.Select(p => p.Target));
            ports = interception.None ? [] : OfServices(services, proxy, interception, mtls, reader.Get(OfMesh, Unit.Value));
        }

        var pattern = reader.Get(OfMesh, Unit.Value).StatPattern;
        var captured = mtls.Ports.Where(p => !claimed.Contains(p.Port)).Select(p => Passthrough(p.Port, p.Mode, pattern))
            .Prepend(Passthrough(0, mtls.Mode, pattern))
            .Concat(ports.Where(p => !p.Bound).Select(p => p.Chain));
        return new InboundPlan(captured.ToEquatableArray(), ports.Where(p => p.Bound).Select(p => p.Chain).ToEquatableArray());
    });

    /// <summary>The address on which ports of a Sidecar's ingress listen where it names none: the pod's own, else the wildcard.</summary>
    internal static string OwnAddress(ProxyClass proxy)
    {
        foreach (var address in proxy.Addresses)
        {
            if (IPAddress.TryParse(address, out var ip) && IsUnicast(ip))
                return address;
        }

        return proxy.WildcardAddress;
    }

    private static bool IsUnicast(IPAddress ip) =>
        !IPAddress.IsLoopback(ip) && !ip.IsIPv6LinkLocal && !ip.IsIPv6Multicast && !ip.Equals(IPAddress.Any) && !ip.Equals(IPAddress.IPv6Any)
        && !(ip.AddressFamily == System.Net.Sockets.AddressFamily.InterNetwork && (ip.GetAddressBytes() is [169, 254, ..] or [>= 224 and <= 239, ..] or [255, 255, 255, 255]));

    private static List<(InboundChain Chain, bool Bound)> OfServices(
        EquatableArray<InboundPort> ports, ProxyClass proxy, Interception interception, EffectiveMutualTls mtls, MeshPart mesh) => ports
        .Where(p => p.Target != 0 && p.Target != mesh.OutboundPort && p.Target != mesh.InboundPort && !interception.OwnPorts.Contains(p.Target))
        .Select(p => (OfService(p, mtls.OfPort(p.Target), proxy.WildcardAddress, mesh.StatPattern), false))
        .ToList();

    private static List<(InboundChain Chain, bool Bound)> OfIngress(
        SidecarSpec sidecar, ProxyClass proxy, Interception interception, EffectiveMutualTls mtls, string statPattern)
    {
        var result = new SortedDictionary<int, (InboundChain, bool)>();
        foreach (var ingress in sidecar.Ingress)
        {
            var bound = ingress.CaptureMode == CaptureMode.None || (ingress.CaptureMode == CaptureMode.Default && interception.None);
            var onWildcard = ingress.Bind.Length == 0 ? ingress.Protocol.IsHttp() : ingress.Bind == proxy.WildcardAddress;
            if (interception.Forbids(bound, ingress.Port) || (onWildcard && interception.OwnPorts.Contains(ingress.Port)))
                continue;
            result.TryAdd(ingress.Port, (OfIngress(ingress, sidecar, proxy, mtls.OfPort(ingress.Port), statPattern), bound));
        }

        return [.. result.Values];
    }

    private static InboundChain OfIngress(SidecarIngress ingress, SidecarSpec sidecar, ProxyClass proxy, MutualTlsMode mode, string statPattern)
    {
        var cluster = ClusterNames.Inbound(ingress.Port);
        var host = $"{sidecar.Key.Name}.{proxy.Namespace}";
        return new InboundChain
        {
            Port = ingress.Port,
            Mode = mode,
            Protocol = ingress.Protocol,
            Cluster = cluster,
            StatPrefix = StatNames.OfInboundListener(statPattern, cluster, new ServiceName(host, host, proxy.Namespace, false), ingress.Port, ingress.Name),
            ServicePort = ingress.Port,
            Host = host,
            Bind = ingress.Bind.Length > 0 ? ingress.Bind : OwnAddress(proxy),
            Sidecar = sidecar.Key with { Namespace = proxy.Namespace },
        };
    }

    private static InboundChain Passthrough(int port, MutualTlsMode mode, string statPattern) => new()
    {
        Port = port,
        Passthrough = true,
        Mode = mode,
        Protocol = Protocol.Auto,
        Cluster = ClusterNames.InboundPassthrough,
        StatPrefix = StatNames.OfInboundListener(statPattern, ClusterNames.InboundPassthrough, NoService, 0, ListenerNames.VirtualInbound),
    };

    private static InboundChain OfService(InboundPort port, MutualTlsMode mode, string bind, string statPattern)
    {
        var service = port.Primary;
        var cluster = ClusterNames.Inbound(port.Target);
        return new InboundChain
        {
            Port = port.Target,
            Mode = mode,
            Protocol = port.Protocol,
            Cluster = cluster,
            StatPrefix = StatNames.OfInboundListener(statPattern, cluster, Name(service), service.Number, service.PortName),
            ServicePort = service.Number,
            Host = service.Host,
            Bind = bind,
        };
    }

    private static ServiceName Name(InboundService service) => new(service.Host, service.Name, service.Namespace, service.Name != service.Host);

    private sealed record MeshPart(int OutboundPort, int InboundPort, string StatPattern);
}
