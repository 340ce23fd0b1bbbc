namespace ControlPlane.Model.Delivery;

/// <summary>The resource types that are served, in the order in which they are pushed (clusters before endpoints before listeners before routes).</summary>
public enum XdsType
{
    /// <summary>envoy.config.cluster.v3.Cluster.</summary>
    Cluster,

    /// <summary>envoy.config.endpoint.v3.ClusterLoadAssignment.</summary>
    Endpoint,

    /// <summary>envoy.config.listener.v3.Listener.</summary>
    Listener,

    /// <summary>envoy.config.route.v3.RouteConfiguration.</summary>
    Route,

    /// <summary>envoy.extensions.transport_sockets.tls.v3.Secret.</summary>
    Secret,

    /// <summary>envoy.config.core.v3.TypedExtensionConfig.</summary>
    ExtensionConfig,

    /// <summary>istio.networking.nds.v1.NameTable.</summary>
    NameTable,

    /// <summary>istio.mesh.v1alpha1.ProxyConfig, as Istio's agent asks for it.</summary>
    ProxyConfig,
}
