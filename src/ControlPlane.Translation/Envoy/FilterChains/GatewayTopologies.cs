using ControlPlane.Translation.Views.Networks;
using Istio.Mesh.V1Alpha1;
using Hcm = Envoy.Extensions.Filters.Network.HttpConnectionManager.V3.HttpConnectionManager;

namespace ControlPlane.Translation.Envoy.FilterChains;

/// <summary>What a gateway's connection managers do otherwise than a sidecar's: clients are strangers, perhaps behind trusted proxies.</summary>
internal static class GatewayTopologies
{
    /// <summary>Writes the settings into a connection manager.</summary>
    /// <param name="manager">The connection manager.</param>
    /// <param name="topology">gatewayTopology of the proxy configuration, null for none.</param>
    /// <param name="networks">The mesh's networks, whose addresses are no strangers.</param>
    public static void Apply(Hcm manager, Topology? topology, MeshNetworksView networks)
    {
        manager.UseRemoteAddress = true;
        manager.HttpProtocolOptions ??= new();
        manager.XffNumTrustedHops = topology?.NumTrustedProxies ?? 0;
        var details = topology?.ForwardClientCertDetails ?? ForwardClientCertDetails.Undefined;
        manager.ForwardClientCertDetails = details == ForwardClientCertDetails.Undefined ? Hcm.Types.ForwardClientCertDetails.SanitizeSet : ProxyHeaders.Convert(details);
        if (manager.ForwardClientCertDetails is Hcm.Types.ForwardClientCertDetails.SanitizeSet or Hcm.Types.ForwardClientCertDetails.AppendForward)
            manager.SetCurrentClientCertDetails = new Hcm.Types.SetCurrentClientCertDetails { Subject = true, Cert = true, Dns = true, Uri = true };
        if (networks.InternalRanges.IsEmpty)
            return;
        manager.InternalAddressConfig = new Hcm.Types.InternalAddressConfig();
        manager.InternalAddressConfig.CidrRanges.AddRange(networks.InternalRanges.Select(r => r.Clone()));
    }
}
