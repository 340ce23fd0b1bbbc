namespace ControlPlane.Translation.Envoy.Clusters;

/// <summary>Which certificates a cluster's TLS uses.</summary>
internal enum UpstreamTlsMode
{
    /// <summary>Istio's own on both sides.</summary>
    IstioMutual,

    /// <summary>None of the client's.</summary>
    Simple,

    /// <summary>Given ones on both sides.</summary>
    Mutual,
}
