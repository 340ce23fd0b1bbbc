using System.Net;
using ControlPlane.Model.Collections;
using ControlPlane.Model.Incremental;
using ControlPlane.Translation.Features.PeerAuthentication;
using ControlPlane.Translation.Views;
using ControlPlane.Translation.Views.Endpoints;
using ControlPlane.Translation.Views.Networks;
using ControlPlane.Translation.Views.Services;

namespace ControlPlane.Translation.Envoy.Endpoints;

/// <summary>Collects the hosts of one port of a service for one kind of proxy.</summary>
internal static class EndpointInputs
{
    /// <summary>The hosts of an item; an assignment without hosts where there are none.</summary>
    public static EndpointInput Compute(IReader reader, EndpointItem item)
    {
        // Of localities there are few.
        var groups = new List<EndpointGroup>();
        foreach (var endpoint in reader.Get(EndpointDirectory.Of, item.Service))
        {
            if (IsChosen(item, endpoint))
                GroupOf(groups, endpoint.Workload.Locality).Add(Row(reader, item, endpoint), endpoint.Workload);
        }

        groups.Sort(static (a, b) => string.CompareOrdinal(a.Locality, b.Locality));
        if (item.Traits.Network is { } side)
            groups = NetworkCrossing.Apply(groups, side, reader.Get(NetworkGateways.Current, Unit.Value));
        if (item.ByServerName)
            groups = groups.ConvertAll(WithMutualTls);
        if (item.Policy.Locality is { } rule)
            groups = LocalityPriorities.Apply(groups, rule, item.Traits);
        return new EndpointInput(item.ClusterName, groups.Select(static g => g.Write()).ToEquatableArray());
    }

    private static bool IsChosen(EndpointItem item, MeshEndpoint endpoint)
    {
        var workload = endpoint.Workload;
        if (!Serves(endpoint, item) || endpoint.Health == EndpointHealth.Terminating)
            return false;
        if (item.Traits.NodeName.Length > 0 && workload.NodeName != item.Traits.NodeName)
            return false;
        if (item.Policy.HealthyOnly && endpoint.Health == EndpointHealth.Unhealthy)
            return false;
        if ((endpoint.Health == EndpointHealth.Draining || workload.Draining) && string.IsNullOrEmpty(item.Service.Labels[WellKnownLabels.PersistentSession]))
            return false;
        if (item.Traits.View is { } view && workload.Network.Length > 0 && !view.Contains(workload.Network))
            return false;
        return IsInSubset(item.Policy.SubsetLabels, workload) && HasUsableAddress(item, endpoint);
    }

    /// <summary>Hosts that are part of the cluster are found by the number of the service port, others by its name.</summary>
    private static bool Serves(MeshEndpoint endpoint, EndpointItem item) =>
        endpoint.PortNumber > 0 && Resolves(item) ? endpoint.PortNumber == item.Port.Number : endpoint.PortName == item.Port.Name;

    private static bool Resolves(EndpointItem item) => item.Service.Resolution is Resolution.Dns or Resolution.DnsRoundRobin;

    private static bool IsInSubset(LabelMap subset, EndpointWorkload workload)
    {
        foreach (var (label, value) in subset)
        {
            if (!string.Equals(TopologyLabels.Find(workload, label), value, StringComparison.Ordinal))
                return false;
        }

        return true;
    }

    /// <summary>Host names only serve clusters that resolve them; without an address only the gateway of the network can help.</summary>
    private static bool HasUsableAddress(EndpointItem item, MeshEndpoint endpoint)
    {
        if (endpoint.Address.Length == 0)
            return item.Traits.Network is { } side && !side.Reaches(endpoint.Workload.Network);
        return endpoint.Port == 0 || Resolves(item) || IPAddress.TryParse(endpoint.Address, out _);
    }

    private static EndpointGroup GroupOf(List<EndpointGroup> groups, string locality)
    {
        foreach (var known in groups)
        {
            if (known.Locality == locality)
                return known;
        }

        var group = new EndpointGroup(locality);
        groups.Add(group);
        return group;
    }

    private static EndpointGroup WithMutualTls(EndpointGroup group)
    {
        var result = new EndpointGroup(group.Locality);
        foreach (var (row, workload) in group.Hosts)
        {
            if (row.TlsMode == EndpointWorkload.IstioMutualTls)
                result.Add(row, workload);
        }

        return result;
    }

    private static EndpointRow Row(IReader reader, EndpointItem item, MeshEndpoint endpoint) => new(
        endpoint.Address,
        endpoint.Port,
        endpoint.Workload.Draining ? EndpointHealth.Draining : endpoint.Health,
        (uint)endpoint.Weight,
        TakesTls(reader, item, endpoint) ? endpoint.Workload.TlsMode : "",
        endpoint.Workload);

    private static bool TakesTls(IReader reader, EndpointItem item, MeshEndpoint endpoint)
    {
        var workload = endpoint.Workload;
        if (workload.TlsMode is EndpointWorkload.NoTls or "")
            return false;
        if (item.Policy.MutualTls is { } rule)
            return rule;
        return workload.AcceptsMtls
            && reader.Get(PeerAuthentications.OfWorkload, new WorkloadKey(workload.Namespace, workload.Labels)).OfPort(endpoint.Port) != MutualTlsMode.Disable;
    }
}
