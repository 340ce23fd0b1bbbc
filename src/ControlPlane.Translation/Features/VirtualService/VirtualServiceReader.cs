using ControlPlane.Model.Collections;
using ControlPlane.Model.Objects;
using ControlPlane.Translation.Envoy;
using Istio.Networking.V1Alpha3;
using Proto = Istio.Networking.V1Alpha3.VirtualService;

namespace ControlPlane.Translation.Features.VirtualService;

/// <summary>Reads VirtualService objects. A host without dot is a Service of the object's own namespace.</summary>
internal static class VirtualServiceReader
{
    private const string OwnNamespace = ".";

    public static Parsed<VirtualServiceSpec> Read(ConfigObject source, string domainSuffix) => SpecReader.Parse<Proto, VirtualServiceSpec>(
        source,
        (spec, problems) => VirtualServiceRules.Check(spec, source, problems),
        spec => Spec(spec, source, domainSuffix));

    private static VirtualServiceSpec Spec(Proto spec, ConfigObject source, string domainSuffix)
    {
        var @namespace = source.Meta.Namespace;
        Qualify(spec, @namespace, domainSuffix);
        return new VirtualServiceSpec
        {
            Key = source.Key,
            CreationTime = source.Meta.CreationTime,
            Hosts = spec.Hosts.Select(h => Qualified(h, @namespace, domainSuffix)).ToEquatableArray(),
            LowerHosts = spec.Hosts.Select(h => Qualified(h, @namespace, domainSuffix).ToLowerInvariant()).ToEquatableArray(),
            Gateways = spec.Gateways.Count == 0 ? [VirtualServiceSpec.Mesh] : spec.Gateways.Select(g => Gateway(g, @namespace)).ToEquatableArray(),
            ExportTo = spec.ExportTo.Select(e => e == OwnNamespace ? @namespace : e).Order(StringComparer.Ordinal).ToEquatableArray(),
            Http = spec.Http.Select(r => r.Freeze()).ToEquatableArray(),
            Tls = spec.Tls.Select(r => r.Freeze()).ToEquatableArray(),
            Tcp = spec.Tcp.Select(r => r.Freeze()).ToEquatableArray(),
        };
    }

    private static void Qualify(Proto service, string @namespace, string domainSuffix)
    {
        foreach (var destination in Destinations(service))
            destination.Host = Qualified(destination.Host, @namespace, domainSuffix);
        foreach (var gateways in service.Http.SelectMany(r => r.Match).Select(m => m.Gateways)
            .Concat(service.Tls.SelectMany(r => r.Match).Select(m => m.Gateways))
            .Concat(service.Tcp.SelectMany(r => r.Match).Select(m => m.Gateways)))
        {
            for (var i = 0; i < gateways.Count; i++)
                gateways[i] = Gateway(gateways[i], @namespace);
        }
    }

    private static IEnumerable<Destination> Destinations(Proto service)
    {
        foreach (var route in service.Http)
        {
            foreach (var destination in route.Route.Select(r => r.Destination).Append(route.Mirror).Concat(route.Mirrors.Select(m => m.Destination)).OfType<Destination>())
                yield return destination;
        }

        var connections = service.Tcp.SelectMany(r => r.Route).Concat(service.Tls.SelectMany(r => r.Route));
        foreach (var destination in connections.Select(r => r.Destination).OfType<Destination>())
            yield return destination;
    }

    /// <summary>A gateway as <c>namespace/name</c>. The old form is that of a host: <c>name.namespace</c>, with or without what follows.</summary>
    private static string Gateway(string name, string ownNamespace)
    {
        if (name == VirtualServiceSpec.Mesh)
            return name;
        if (name.Split('/', 2) is [var given, var rest])
            return given == OwnNamespace ? $"{ownNamespace}/{rest}" : name;
        return name.Split('.') is [var first, var second, ..] ? $"{second}/{first}" : $"{ownNamespace}/{name}";
    }

    private static string Qualified(string host, string ownNamespace, string domainSuffix) =>
        host.Length == 0 || host == "*" || host.Contains('.', StringComparison.Ordinal) ? host : $"{host}.{ownNamespace}.svc.{domainSuffix}";
}
