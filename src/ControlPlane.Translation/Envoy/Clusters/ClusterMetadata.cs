using Envoy.Config.Core.V3;
using Google.Protobuf.WellKnownTypes;
using Istio.Networking.V1Alpha3;

namespace ControlPlane.Translation.Envoy.Clusters;

/// <summary>What clusters say of themselves to filters and telemetry.</summary>
internal static class ClusterMetadata
{
    /// <summary>The metadata of a cluster.</summary>
    public static Metadata? Of(ClusterInput.Service input)
    {
        var entries = new List<(string Key, Value Value)>();
        // istiod leaves the services out of clusters that resolve per request.
        if (!input.Services.IsEmpty && input.DynamicHost.Length == 0)
            entries.Add(("services", Value.ForList([.. input.Services.Select(Service)])));
        // Peers outside the mesh must not be asked for metadata where the mesh says so.
        if (input is { Outbound: true, MeshExternal: true, Subset: "" })
            entries.Add(("external", Value.ForBool(true)));
        if (input.ConfigPath.Length > 0)
            entries.Add(("config", Value.ForString(input.ConfigPath)));
        if (input.Subset.Length > 0)
            entries.Add(("subset", Value.ForString(input.Subset)));
        // The proxy must not offer Istio's own protocols to a server outside the mesh.
        if (input.Outbound && input.Policy.Tls?.Mode is ClientTLSSettings.Types.TLSmode.Simple or ClientTLSSettings.Types.TLSmode.Mutual)
            entries.Add(("alpn_override", Value.ForString("false")));
        return entries.Count == 0 ? null : MetadataWriter.Of(MetadataWriter.Istio, MetadataWriter.Struct([.. entries]));
    }

    private static Value Service(Names.ServiceName service) => Value.ForStruct(MetadataWriter.Struct(
        ("host", Value.ForString(service.Host)), ("name", Value.ForString(service.Name)), ("namespace", Value.ForString(service.Namespace))));
}
