using ControlPlane.Model.Proxies;
using Envoy.Config.Core.V3;
using Google.Protobuf.Collections;
using NetworkFilter = Envoy.Config.Listener.V3.Filter;

namespace ControlPlane.Translation.Envoy.Capabilities;

/// <summary>The MySQL codec, which only observes: it goes, the TCP proxy behind it stays.</summary>
internal sealed class MySqlProxySubstitution : Substitution
{
    private const string TypeName = "envoy.extensions.filters.network.mysql_proxy.v3.MySQLProxy";

    /// <inheritdoc/>
    public override bool AppliesTo(ProxyCapabilities capabilities) => capabilities.Lacks(KnownExtensions.MySqlProxy);

    /// <inheritdoc/>
    public override void Edit(RepeatedField<NetworkFilter> filters, TrafficDirection direction) => TypedConfigs.Remove(filters, TypeName);
}
