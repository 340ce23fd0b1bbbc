using System.Globalization;
using ControlPlane.Model.Collections;
using ControlPlane.Model.Incremental;
using ControlPlane.Translation.Envoy.Names;
using ControlPlane.Translation.Features.AuthorizationPolicy;
using ControlPlane.Translation.Features.PeerAuthentication;
using ControlPlane.Translation.Resources;
using ControlPlane.Translation.Views.Inbound;
using ControlPlane.Translation.Views.Outbound;
using ControlPlane.Translation.Views.Proxies;
using ControlPlane.Translation.Views.Services;

namespace ControlPlane.Translation.Envoy.ProxylessGrpc;

/// <summary>Finds the listeners that a gRPC client or server asks for.</summary>
internal static class GrpcListeners
{
    /// <summary>The listeners that answer the names asked for; names that mean nothing here have none.</summary>
    public static EquatableArray<GrpcListener> Compute(IReader reader, ClassScope scope)
    {
        var result = new SortedDictionary<string, GrpcListener>(StringComparer.Ordinal);
        foreach (var name in scope.Asked.Where(static n => n.StartsWith(GrpcNames.ServerListenerPrefix, StringComparison.Ordinal)))
        {
            if (Server(reader, scope.Class, name) is { } server)
                result[name] = server;
        }

        var outbound = reader.Get(OutboundScopes.OfClass, scope.Class);
        foreach (var request in GrpcNames.Read(scope.Asked, scope.Class))
        {
            if (reader.Get(OutboundServices.OfHost, (outbound, false, request.Host)) is not { } service)
                continue;
            foreach (var port in service.Ports.Where(p => request.Ports.Count == 0 || request.Ports.Contains(Text(p.Number))))
            {
                foreach (var spelling in request.Spellings)
                {
                    var client = Client(scope.Class, service, port, spelling);
                    result[client.Name] = client;
                }
            }
        }

        return result.Values.ToEquatableArray();
    }

    private static GrpcListener Client(ProxyClass proxy, MeshService service, MeshServicePort port, string spelling) => new(
        GrpcNames.Join(spelling, port.Number), Addresses(proxy, service), port.Number, ClusterNames.Outbound(port.Number, "", service.Host), false, []);

    private static EquatableArray<string> Addresses(ProxyClass proxy, MeshService service)
    {
        var fitting = ServiceAddresses.OfFamilies(service.Addresses, proxy.Ipv4, proxy.Ipv6);
        return fitting.IsEmpty ? [service.DefaultAddress] : fitting;
    }

    private static GrpcListener? Server(IReader reader, ProxyClass proxy, string name)
    {
        if (!GrpcNames.TrySplit(name[GrpcNames.ServerListenerPrefix.Length..], out var address, out var portText)
            || !int.TryParse(portText, NumberStyles.None, CultureInfo.InvariantCulture, out var port)
            || reader.Get(InboundPorts.OfClass, proxy).FirstOrDefault(p => p.Target == port) is not { } inbound)
            return null;
        var mode = reader.Get(PeerAuthentications.OfWorkload, new WorkloadKey(proxy.Namespace, proxy.Labels)).OfPort(port);
        // Clients see the label and will speak mutual TLS.
        var secured = mode == MutualTlsMode.Strict || (mode == MutualTlsMode.Permissive && proxy.Labels[WellKnownLabels.TlsMode] == "istio");
        var authorization = GrpcAuthorization.Of(reader, new WorkloadKey(proxy.Namespace, proxy.Labels));
        return new GrpcListener(name, [address, .. ExtraAddresses(reader, proxy, inbound)], port, "", secured, authorization);
    }

    /// <summary>Further addresses of the service that leads to the port, as istiod adds them.</summary>
    private static IEnumerable<string> ExtraAddresses(IReader reader, ProxyClass proxy, InboundPort inbound)
    {
        var last = inbound.Services[^1];
        var service = reader.Get(ServiceDirectory.OfHost, last.Host).FirstOrDefault(s => s.Namespace == last.Namespace);
        return service is null ? [] : ServiceAddresses.OfFamilies(service.Addresses, proxy.Ipv4, proxy.Ipv6).Skip(1);
    }

    private static string Text(int port) => port.ToString(CultureInfo.InvariantCulture);
}
