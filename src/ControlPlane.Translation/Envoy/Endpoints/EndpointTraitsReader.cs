using System.Text.Json;
using ControlPlane.Model.Collections;
using ControlPlane.Model.Incremental;
using ControlPlane.Translation.Views;
using ControlPlane.Translation.Views.Networks;
using ControlPlane.Translation.Views.Proxies;
using ControlPlane.Translation.Views.Services;

namespace ControlPlane.Translation.Envoy.Endpoints;

/// <summary>Finds what of a proxy matters for its endpoints.</summary>
internal static class EndpointTraitsReader
{
    private static readonly Derivation<Unit, bool> HasGateways = new("HasNetworkGateways", static (reader, _) => reader.Get(NetworkGateways.Current, Unit.Value).Any);

    /// <summary>What matters for every service.</summary>
    public static EndpointTraits OfClass(IReader reader, ProxyClass proxy)
    {
        var view = View(proxy);
        if (!reader.Get(HasGateways, Unit.Value))
            return view is null ? EndpointTraits.None : new EndpointTraits { View = view };
        return new EndpointTraits { View = view, Network = new NetworkSide(proxy.Network, proxy.Ipv4, proxy.Ipv6) };
    }

    /// <summary>What matters for one service under one policy.</summary>
    public static EndpointTraits OfService(EndpointTraits ofClass, ProxyClass proxy, MeshService service, EndpointPolicy policy)
    {
        var traits = service.NodeLocal ? ofClass with { NodeName = proxy.NodeName } : ofClass;
        if (policy.Locality is not { } rule)
            return traits;
        return traits with
        {
            Locality = proxy.Locality,
            PriorityValues = rule.Priorities.Select(p => p.Value ?? TopologyLabels.Find(proxy, p.Label) ?? "").ToEquatableArray(),
        };
    }

    /// <summary>The networks that the proxy asks to see: a list, or its elements in one text with commas.</summary>
    private static EquatableArray<string>? View(ProxyClass proxy)
    {
        if (proxy.Metadata["REQUESTED_NETWORK_VIEW"] is not { } json)
            return null;
        using var document = JsonDocument.Parse(json, new JsonDocumentOptions { MaxDepth = 4 });
        var root = document.RootElement;
        var names = root.ValueKind == JsonValueKind.Array
            ? root.EnumerateArray().Where(e => e.ValueKind == JsonValueKind.String).Select(e => e.GetString()!)
            : root.ValueKind == JsonValueKind.String ? root.GetString()!.Split(',') : [];
        var sorted = names.Where(n => n.Length > 0).Order(StringComparer.Ordinal).ToEquatableArray();
        return sorted.IsEmpty ? null : sorted;
    }
}
