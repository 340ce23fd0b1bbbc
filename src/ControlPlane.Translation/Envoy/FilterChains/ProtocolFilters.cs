using ControlPlane.Model.Collections;
using ControlPlane.Translation.Views.Services;

namespace ControlPlane.Translation.Envoy.FilterChains;

/// <summary>Network filters that a protocol asks for.</summary>
internal static class ProtocolFilters
{
    /// <summary>The filters: statistics of MongoDB.</summary>
    public static EquatableArray<NetworkFilterContribution> Of(Protocol protocol, string statPrefix) => protocol == Protocol.Mongo
        ? [new NetworkFilterContribution(NetworkFilterSlot.ProtocolInspection, NetworkFilters.Mongo(statPrefix).Freeze())]
        : [];
}
