using ControlPlane.Model.Collections;
using ControlPlane.Model.Incremental;
using ControlPlane.Translation.Envoy.Names;
using ControlPlane.Translation.Features.PeerAuthentication;
using ControlPlane.Translation.Views;
using ControlPlane.Translation.Views.Inbound;
using ControlPlane.Translation.Views.Mesh;
using ControlPlane.Translation.Views.Proxies;
using ControlPlane.Translation.Views.Services;

namespace ControlPlane.Translation.Envoy.Listeners;

/// <summary>Which ports the inbound listener of a class tells apart.</summary>
public static class InboundPlans
{
    private static readonly Derivation<Unit, MeshPart> OfMesh = new("InboundPlan.Mesh", static (reader, _) =>
    {
        var mesh = reader.Get(MeshSettings.Current, Unit.Value).Config;
        return new MeshPart(mesh.ProxyListenPort, mesh.ProxyInboundListenPort, mesh.InboundClusterStatName);
    });

    /// <summary>
    /// First all ports that nobody claims, then those of them that have a mutual TLS mode of their own, then the ports of services,
    /// each part ascending. Ports of the proxy itself are left out, and so are named target ports whose number is not known (yet):
    /// chains without port would clash with those for all others.
    /// </summary>
    public static Derivation<ProxyClass, EquatableArray<InboundChain>> OfClass { get; } = new("InboundPlan", static (reader, proxy) =>
    {
        var mtls = reader.Get(PeerAuthentications.OfWorkload, new WorkloadKey(proxy.Namespace, proxy.Labels));
        var ports = reader.Get(InboundPorts.OfClass, proxy);
        var mesh = reader.Get(OfMesh, Unit.Value);
        var reserved = Interception.Of(proxy).OwnPorts;
        var chains = new List<InboundChain> { Passthrough(0, mtls.Mode) };
        chains.AddRange(mtls.Ports.Where(p => ports.All(s => s.Target != p.Port)).Select(p => Passthrough(p.Port, p.Mode)));
        chains.AddRange(ports
            .Where(p => p.Target != 0 && p.Target != mesh.OutboundPort && p.Target != mesh.InboundPort && !reserved.Contains(p.Target))
            .Select(p => OfService(p, mtls.OfPort(p.Target), proxy.WildcardAddress, mesh.StatPattern)));
        return chains.ToEquatableArray();
    });

    private static InboundChain Passthrough(int port, MutualTlsMode mode) => new()
    {
        Port = port,
        Passthrough = true,
        Mode = mode,
        Protocol = Protocol.Auto,
        Cluster = ClusterNames.InboundPassthrough,
        StatPrefix = ClusterNames.InboundPassthrough,
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
            StatPrefix = statPattern.Length == 0 ? cluster : StatNames.Fill(statPattern, Name(service), "", service.Number, service.PortName, 0),
            ServicePort = service.Number,
            Host = service.Host,
            Bind = bind,
        };
    }

    private static ServiceName Name(InboundService service) => new(service.Host, service.Name, service.Namespace, service.Name != service.Host);

    private sealed record MeshPart(int OutboundPort, int InboundPort, string StatPattern);
}
