using System.Collections.Immutable;

namespace ControlPlane.Model.Delivery;

/// <summary>Facts about the resource types.</summary>
public static class XdsTypes
{
    /// <summary>All types, in push order.</summary>
    public static ImmutableArray<XdsType> All { get; } = [.. Enum.GetValues<XdsType>()];

    /// <summary>Full name of the protobuf message, without the type.googleapis.com/ prefix.</summary>
    public static string MessageName(this XdsType type) => type switch
    {
        XdsType.Cluster => "envoy.config.cluster.v3.Cluster",
        XdsType.Endpoint => "envoy.config.endpoint.v3.ClusterLoadAssignment",
        XdsType.Listener => "envoy.config.listener.v3.Listener",
        XdsType.Route => "envoy.config.route.v3.RouteConfiguration",
        XdsType.Secret => "envoy.extensions.transport_sockets.tls.v3.Secret",
        XdsType.ExtensionConfig => "envoy.config.core.v3.TypedExtensionConfig",
        XdsType.NameTable => "istio.networking.nds.v1.NameTable",
        XdsType.ProxyConfig => "istio.mesh.v1alpha1.ProxyConfig",
        _ => throw new ArgumentOutOfRangeException(nameof(type)),
    };

    /// <summary>The type URL of requests and responses.</summary>
    public static string TypeUrl(this XdsType type) => "type.googleapis.com/" + type.MessageName();

    /// <summary>Short name as operators know it: CDS, EDS, LDS, RDS, SDS, ECDS, NDS, PCDS.</summary>
    public static string ShortName(this XdsType type) => type switch
    {
        XdsType.Cluster => "CDS",
        XdsType.Endpoint => "EDS",
        XdsType.Listener => "LDS",
        XdsType.Route => "RDS",
        XdsType.Secret => "SDS",
        XdsType.ExtensionConfig => "ECDS",
        XdsType.NameTable => "NDS",
        XdsType.ProxyConfig => "PCDS",
        _ => throw new ArgumentOutOfRangeException(nameof(type)),
    };

    /// <summary>
    /// Whether a subscription without names means everything: listeners, clusters, and the single-resource types of Istio's agent.
    /// For the others no names means nothing.
    /// </summary>
    public static bool AllowsWildcard(this XdsType type) =>
        type is XdsType.Cluster or XdsType.Listener or XdsType.NameTable or XdsType.ProxyConfig;

    /// <summary>The type of a type URL, or null for one that is not served.</summary>
    public static XdsType? FromTypeUrl(string typeUrl)
    {
        foreach (var type in All)
        {
            if (string.Equals(typeUrl, type.TypeUrl(), StringComparison.Ordinal))
                return type;
        }

        return null;
    }
}
