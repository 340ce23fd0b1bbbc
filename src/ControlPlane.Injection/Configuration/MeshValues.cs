namespace ControlPlane.Injection.Configuration;

/// <summary>Settings of the mesh around the proxy: identity, authority, cluster (global.*, pilot.env).</summary>
internal sealed class MeshValues(ValueReader values)
{
    public string IstioNamespace { get; } = values.Text("global.istioNamespace");

    public string Revision { get; } = values.Text("revision");

    public bool OpenShift { get; } = "openshift" == (values.Text("platform") is { Length: > 0 } own ? own : values.Text("global.platform"));

    public string CertificateProvider { get; } = values.Text("global.pilotCertProvider");

    public string AuthorityAddress { get; } = values.Text("global.caAddress");

    public string AuthorityName { get; } = values.Text("global.caName");

    public string TokenAudience { get; } = values.Text("global.sds.token.aud");

    public string TrustBundleName { get; } = values.Text("global.trustBundleName");

    public bool ClusterTrustBundles { get; } = values.Flag("pilot.env.ENABLE_CLUSTER_TRUST_BUNDLE_API");

    public bool MountCertificates { get; } = values.Flag("global.mountMtlsCerts");

    public long SecurityTokenServicePort { get; } = values.Number("global.sts.servicePort");

    public string ClusterName { get; } = values.Text("global.multiCluster.clusterName");

    public string Network { get; } = values.Text("global.network");

    public string MeshId { get; } = values.Text("global.meshID");

    public string TrustDomain { get; } = values.Text("global.trustDomain");

    public string CompliancePolicy { get; } = values.Text("pilot.env.COMPLIANCE_POLICY");

    public NativeSidecarMode NativeSidecars { get; } = values.Text("pilot.env.ENABLE_NATIVE_SIDECARS") switch
    {
        "" or "auto" => NativeSidecarMode.Auto,
        "true" => NativeSidecarMode.Always,
        "false" => NativeSidecarMode.Never,
        var other => throw new InvalidConfigurationException($"chart value pilot.env.ENABLE_NATIVE_SIDECARS: true, false or auto is expected, not {other}"),
    };
}
