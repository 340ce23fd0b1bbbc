using ControlPlane.Model.Proxies;
using Envoy.Config.Core.V3;
using Envoy.Extensions.Filters.Network.HttpConnectionManager.V3;
using Google.Protobuf.Collections;
using Google.Protobuf.WellKnownTypes;
using PeerMetadata = Io.Istio.Http.PeerMetadata.Config;

namespace ControlPlane.Translation.Envoy.Capabilities;

/// <summary>Metadata exchange in HTTP headers: the filter goes. Who the peer is, its certificate says.</summary>
internal sealed class PeerMetadataSubstitution : Substitution
{
    private static readonly string TypeName = ProtoJson.NameOf<PeerMetadata>();

    /// <inheritdoc/>
    public override bool AppliesTo(ProxyCapabilities capabilities) => capabilities.Lacks(KnownExtensions.PeerMetadataHttp);

    /// <inheritdoc/>
    public override void Edit(HttpConnectionManager manager, TrafficDirection direction) => TypedConfigs.Remove(manager.HttpFilters, TypeName);

    /// <inheritdoc/>
    public override void Edit(MapField<string, Any> perFilterConfig) => TypedConfigs.Remove(perFilterConfig, TypeName);
}
