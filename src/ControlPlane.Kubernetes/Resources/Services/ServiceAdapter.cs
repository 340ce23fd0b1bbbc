using System.Text.Json;
using ControlPlane.Kubernetes.Resources.Metadata;
using ControlPlane.Model.Collections;
using ControlPlane.Model.Objects;
using ControlPlane.Model.Snapshots;

namespace ControlPlane.Kubernetes.Resources.Services;

/// <summary>Services, with the API server's defaults.</summary>
internal sealed class ServiceAdapter() : ResourceAdapter<Service>(
    new ResourceKind("", ["v1"], "Service", "services", Namespaced: true, Tables.Services), Tables.Services, NameRule.Label)
{
    private const string Headless = "None";

    protected override Service Read(Fields root, ObjectMeta meta, string apiVersion)
    {
        var spec = root.Object("spec");
        var type = Type(spec);
        var service = new Service
        {
            Meta = meta,
            Type = type,
            Ports = Ports(spec),
            Selector = spec.Map("selector"),
            ClusterIps = ClusterIps(spec),
            ExternalName = spec.Text("externalName"),
            ExternalIps = spec.Texts("externalIPs"),
            LoadBalancerAddresses = LoadBalancer(root),
            PublishNotReadyAddresses = spec.Boolean("publishNotReadyAddresses") ?? false,
            InternalTrafficLocal = InternalTraffic(spec),
            TrafficDistribution = spec.Text("trafficDistribution"),
        };
        if (type == ServiceType.ExternalName && service.ExternalName.Length == 0)
            spec.Invalid("externalName", "is required for type ExternalName");
        return service;
    }

    private static ServiceType Type(Fields spec)
    {
        var text = spec.Text("type", nameof(ServiceType.ClusterIP));
        switch (text)
        {
            case nameof(ServiceType.ClusterIP) or "":
                return ServiceType.ClusterIP;
            case nameof(ServiceType.NodePort):
                return ServiceType.NodePort;
            case nameof(ServiceType.LoadBalancer):
                return ServiceType.LoadBalancer;
            case nameof(ServiceType.ExternalName):
                return ServiceType.ExternalName;
            default:
                spec.Invalid("type", $"must be ClusterIP, NodePort, LoadBalancer or ExternalName, is \"{text}\"");
                return ServiceType.ClusterIP;
        }
    }

    private static bool InternalTraffic(Fields spec)
    {
        var policy = spec.Text("internalTrafficPolicy", "Cluster");
        if (policy is not ("Cluster" or "Local"))
            spec.Invalid("internalTrafficPolicy", $"must be Cluster or Local, is \"{policy}\"");
        return policy == "Local";
    }

    private static EquatableArray<string> ClusterIps(Fields spec)
    {
        var name = "clusterIPs";
        var addresses = spec.Texts(name);
        if (addresses.IsEmpty && spec.Text("clusterIP") is { Length: > 0 } single)
        {
            name = "clusterIP";
            addresses = [single];
        }

        foreach (var address in addresses)
        {
            if (address != Headless && !AddressText.IsIP(address))
                spec.Invalid(name, $"must be an IP address or None, is \"{address}\"");
        }

        return addresses;
    }

    private static EquatableArray<string> LoadBalancer(Fields root)
    {
        var result = new List<string>();
        foreach (var ingress in root.Object("status").Object("loadBalancer").Objects("ingress"))
        {
            var ip = ingress.Text("ip");
            var address = ip.Length > 0 ? ip : ingress.Text("hostname");
            if (address.Length > 0)
                result.Add(address);
        }

        return result.ToEquatableArray();
    }

    private static EquatableArray<ServicePort> Ports(Fields spec)
    {
        var ports = new List<ServicePort>();
        var items = spec.Objects("ports");
        var seen = new HashSet<(int, string)>();
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (var item in items)
        {
            var port = Port(item);
            if (!seen.Add((port.Port, port.Protocol)))
                item.Invalid("port", $"port {port.Port} with protocol {port.Protocol} is listed twice");
            if (items.Count > 1 && port.Name.Length == 0)
                item.Invalid("name", "is required where a Service has several ports");
            else if (items.Count > 1 && !names.Add(port.Name))
                item.Invalid("name", $"\"{port.Name}\" is listed twice");
            ports.Add(port);
        }

        return ports.ToEquatableArray();
    }

    private static ServicePort Port(Fields item)
    {
        var (target, targetName) = TargetPort(item);
        return new ServicePort
        {
            Name = item.Text("name"),
            Port = item.RequiredPort("port"),
            Protocol = Protocols.Read(item),
            AppProtocol = item.TextOrNull("appProtocol"),
            TargetPort = target,
            TargetPortName = targetName,
            NodePort = item.Integer("nodePort") ?? 0,
        };
    }

    private static (int Number, string Name) TargetPort(Fields item)
    {
        var value = item.Value("targetPort");
        switch (value.ValueKind)
        {
            case JsonValueKind.Undefined:
                return (0, "");
            case JsonValueKind.String:
                return (0, item.Text("targetPort"));
            case JsonValueKind.Number:
                // 0 is what a client writes that leaves the field out of its structure: it means the port itself.
                return item.Integer("targetPort") is 0 ? (0, "") : (item.Port("targetPort") ?? 0, "");
            default:
                item.WrongType("targetPort", "a port number or the name of a port", value);
                return (0, "");
        }
    }
}
