using ControlPlane.Model.Collections;
using ControlPlane.Model.Objects;
using ControlPlane.Model.Snapshots;

namespace ControlPlane.Kubernetes.Resources.Pods;

/// <summary>Pods.</summary>
internal sealed class PodAdapter() : ResourceAdapter<Pod>(
    new ResourceKind("", ["v1"], "Pod", "pods", Namespaced: true, Tables.Pods), Tables.Pods)
{
    private static readonly ValuePool<DeclaredPorts> KnownPorts = new();

    protected override Pod Read(Fields root, ObjectMeta meta, string apiVersion)
    {
        var metadata = root.Object("metadata");
        var spec = root.Object("spec");
        var status = root.Object("status");
        var (ownerKind, ownerName) = Owner(metadata);
        return new Pod
        {
            Meta = meta,
            Uid = metadata.Text("uid"),
            Ips = Ips(status),
            NodeName = StringPool.Share(spec.Text("nodeName")),
            ServiceAccount = StringPool.Share(ServiceAccount(spec)),
            Hostname = spec.Text("hostname"),
            Subdomain = spec.Text("subdomain"),
            Phase = StringPool.Share(status.Text("phase")),
            Ready = IsReady(status),
            Deleting = metadata.TextOrNull("deletionTimestamp") is not null,
            HostNetwork = spec.Boolean("hostNetwork") ?? false,
            GenerateName = StringPool.Share(metadata.Text("generateName")),
            OwnerKind = ownerKind,
            OwnerName = ownerName,
            Ports = Ports(spec),
        };
    }

    private static string ServiceAccount(Fields spec)
    {
        // serviceAccount is the old name of the field; the API server keeps both equal.
        if (spec.Text("serviceAccountName") is { Length: > 0 } name)
            return name;
        return spec.Text("serviceAccount") is { Length: > 0 } old ? old : "default";
    }

    private static EquatableArray<string> Ips(Fields status)
    {
        var ips = new List<string>();
        foreach (var item in status.Objects("podIPs"))
        {
            var ip = item.Text("ip");
            if (!AddressText.IsIP(ip))
                item.Invalid("ip", $"must be an IP address, is \"{ip}\"");
            ips.Add(ip);
        }

        if (ips.Count == 0 && status.Text("podIP") is { Length: > 0 } single)
        {
            if (!AddressText.IsIP(single))
                status.Invalid("podIP", $"must be an IP address, is \"{single}\"");
            ips.Add(single);
        }

        return ips.ToEquatableArray();
    }

    private static bool IsReady(Fields status)
    {
        foreach (var condition in status.Objects("conditions"))
        {
            if (condition.Text("type") == "Ready")
                return condition.Text("status") == "True";
        }

        return false;
    }

    private static (string Kind, string Name) Owner(Fields metadata)
    {
        foreach (var owner in metadata.Objects("ownerReferences"))
        {
            if (owner.Boolean("controller") == true)
                return (StringPool.Share(owner.Text("kind")), StringPool.Share(owner.Text("name")));
        }

        return ("", "");
    }

    private static EquatableArray<ContainerPort> Ports(Fields spec)
    {
        var ports = new List<ContainerPort>();
        foreach (var container in spec.Objects("containers"))
            AddPorts(container, ports);
        // An init container that is always restarted goes on running beside the others: a sidecar.
        foreach (var container in spec.Objects("initContainers"))
        {
            if (container.Text("restartPolicy") == "Always")
                AddPorts(container, ports);
        }

        return ports.Count == 0 ? [] : KnownPorts.Share(new DeclaredPorts(ports.ToEquatableArray())).Items;
    }

    private static void AddPorts(Fields container, List<ContainerPort> ports)
    {
        foreach (var item in container.Objects("ports"))
            ports.Add(new ContainerPort(StringPool.Share(item.Text("name")), item.RequiredPort("containerPort"), Protocols.Read(item)));
    }

    private sealed record DeclaredPorts(EquatableArray<ContainerPort> Items);
}
