using ControlPlane.Model.Collections;
using ControlPlane.Model.Delivery;
using ControlPlane.Model.Incremental;
using ControlPlane.Translation.Resources;
using ControlPlane.Translation.Views.Endpoints;
using ControlPlane.Translation.Views.Outbound;
using ControlPlane.Translation.Views.Proxies;
using ControlPlane.Translation.Views.Services;
using Istio.Networking.Nds.V1;

namespace ControlPlane.Translation.Envoy.Names;

/// <summary>The table from which the agent beside a proxy answers DNS.</summary>
internal static class NameTables
{
    private const string Kubernetes = "Kubernetes";
    private const string External = "External";

    /// <summary>The table of a class; proxyless clients have no agent that would ask.</summary>
    public static EquatableArray<NameTableItem> Members(IReader reader, ClassScope scope)
    {
        var proxy = scope.Class;
        if (proxy.IsGrpc)
            return [];
        return [new NameTableItem(reader.Get(OutboundScopes.OfClass, proxy), proxy.Ipv4, proxy.Ipv6, proxy.Network, AnswersDns(proxy))];
    }

    /// <summary>Whether the agent of a proxy takes the application's DNS queries.</summary>
    public static bool AnswersDns(ProxyClass proxy) => proxy.MetadataText("DNS_CAPTURE") is "true" or "True" or "1";

    /// <summary>Collects the names that a proxy sees.</summary>
    public static NameTableInput Collect(IReader reader, NameTableItem item)
    {
        var table = new SortedDictionary<string, NameEntry>(StringComparer.Ordinal);
        foreach (var listener in reader.Get(OutboundScopes.Listeners, item.Scope))
        {
            foreach (var service in reader.Get(OutboundScopes.Services, (item.Scope, listener.Index)))
            {
                if (service is { Resolution: Resolution.Passthrough, Addresses.IsEmpty: true })
                    AddHeadless(reader, item, service, table);
                else if (service.Resolution != Resolution.Alias)
                    Add(table, service, VirtualAddresses(service, item));
            }
        }

        return new NameTableInput(table.Values.ToEquatableArray());
    }

    /// <summary>Makes the table.</summary>
    public static EnvoyResource Build(NameTableInput input)
    {
        var table = new NameTable();
        foreach (var entry in input.Entries)
        {
            var info = new NameTable.Types.NameInfo
            {
                Registry = entry.IsKubernetes ? Kubernetes : External,
                Shortname = entry.ShortName,
                Namespace = entry.Namespace,
            };
            info.Ips.Add(entry.Ips);
            table.Table.Add(entry.Host, info);
        }

        // The agent asks for the type, not for a name.
        return new EnvoyResource(XdsType.NameTable, "", table);
    }

    /// <summary>
    /// Addresses of a Kubernetes Service, or allocated ones, in the proxy's family; addresses that a ServiceEntry gives all, as the user
    /// means them.
    /// </summary>
    private static EquatableArray<string> VirtualAddresses(MeshService service, NameTableItem item)
    {
        var addresses = service.IsKubernetes ? ServiceAddresses.OfFamilies(service.Addresses, item.Ipv4, item.Ipv6) : service.Addresses;
        if (addresses.IsEmpty && item.TakesAutoAllocated)
            addresses = ServiceAddresses.OfFamilies(service.AutoAddresses, item.Ipv4, item.Ipv6);
        return addresses.Where(ServiceAddresses.IsIp).ToEquatableArray();
    }

    /// <summary>Answers with the workloads: a headless Service's, or those that a ServiceEntry without addresses selects.</summary>
    private static void AddHeadless(IReader reader, NameTableItem item, MeshService service, SortedDictionary<string, NameEntry> table)
    {
        // istiod gives a headless Service the address 0.0.0.0, which a proxy with IPv6 alone does not see.
        if (service.Ports.IsEmpty || (service.IsKubernetes && !item.Ipv4))
            return;
        var addresses = reader.Get(EndpointDirectory.HeadlessAddresses, service).Where(a => IsNear(item, a.Network)).ToList();
        var domain = service.Host[(service.Host.IndexOf('.', StringComparison.Ordinal) + 1)..];
        foreach (var pod in addresses.Where(static a => a.PodName.Length > 0).GroupBy(static a => a.PodName, StringComparer.Ordinal))
        {
            var host = $"{pod.Key}.{domain}";
            table[host] = new NameEntry(host, pod.Select(static a => a.Address).ToEquatableArray(), service.IsKubernetes, pod.Key, service.Namespace);
        }

        Add(table, service, addresses.Select(static a => a.Address).ToEquatableArray());
    }

    private static bool IsNear(NameTableItem item, string network) => item.Network.Length == 0 || network.Length == 0 || network == item.Network;

    private static void Add(SortedDictionary<string, NameEntry> table, MeshService service, EquatableArray<string> ips)
    {
        if (ips.IsEmpty)
            return;
        if (service.IsKubernetes)
        {
            if (!table.TryGetValue(service.Host, out var taken) || !taken.IsKubernetes)
                table[service.Host] = new NameEntry(service.Host, ips, true, service.Name, service.Namespace);
        }
        else if (!table.TryGetValue(service.Host, out var other))
        {
            table[service.Host] = new NameEntry(service.Host, ips, false, "", "");
        }
        else if (!other.IsKubernetes)
        {
            table[service.Host] = other with { Ips = other.Ips.Concat(ips).ToEquatableArray() };
        }
    }
}
