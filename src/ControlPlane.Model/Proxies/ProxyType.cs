namespace ControlPlane.Model.Proxies;

/// <summary>Kind of a proxy, the first part of an Istio node id.</summary>
public enum ProxyType
{
    /// <summary>"sidecar": beside an application, or a proxyless gRPC application itself.</summary>
    Sidecar,

    /// <summary>"router": a gateway.</summary>
    Router,
}
