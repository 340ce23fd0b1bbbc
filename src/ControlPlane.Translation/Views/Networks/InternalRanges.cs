using System.Net;
using ControlPlane.Model.Collections;
using ControlPlane.Translation.Envoy;
using ControlPlane.Translation.Envoy.Listeners;
using Envoy.Config.Core.V3;
using Istio.Mesh.V1Alpha1;

namespace ControlPlane.Translation.Views.Networks;

/// <summary>The addresses of the mesh's networks, by which gateways tell their own clients from strangers.</summary>
internal static class InternalRanges
{
    /// <summary>The ranges and single addresses that networks name, IPv4 first, in numeric order; what is none is left out.</summary>
    public static EquatableArray<Frozen<CidrRange>> Of(MeshNetworks networks) => networks.Networks.Values
        .SelectMany(n => n.Endpoints)
        .Select(e => CidrRanges.Read(e.FromCidr))
        .OfType<CidrRange>()
        .Select(r => (Range: r, Address: IPAddress.Parse(r.AddressPrefix)))
        .OrderBy(r => r.Address.GetAddressBytes().Length)
        .ThenBy(r => Convert.ToHexString(r.Address.GetAddressBytes()), StringComparer.Ordinal)
        .ThenBy(r => r.Range.PrefixLen)
        .Select(r => new CidrRange { AddressPrefix = r.Address.ToString(), PrefixLen = r.Range.PrefixLen }.Freeze())
        .ToEquatableArray();
}
