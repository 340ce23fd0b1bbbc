namespace ControlPlane.Options;

/// <summary>The names under which istiod takes the same settings from the environment, OpenTelemetry's among them, so that its manifests keep their meaning here.</summary>
public static class IstioEnvironment
{
    private static readonly Dictionary<string, string[]> Names = new(StringComparer.Ordinal)
    {
        ["--root-namespace"] = ["POD_NAMESPACE"],
        ["--kubeconfig"] = ["KUBECONFIG"],
        ["--config-status"] = ["PILOT_ENABLE_ANALYSIS"],
        ["--revision"] = ["REVISION"],
        ["--ca-dir"] = ["ROOT_CA_DIR"],
        ["--ca-key"] = ["CITADEL_SELF_SIGNED_CA_RSA_KEY_SIZE"],
        ["--cert-ttl"] = ["DEFAULT_WORKLOAD_CERT_TTL"],
        ["--max-cert-ttl"] = ["MAX_WORKLOAD_CERT_TTL"],
        ["--token-audience"] = ["TOKEN_AUDIENCES"],
        ["--jwt-rule"] = ["JWT_RULE"],
        ["--max-streams-per-connection"] = ["ISTIO_GPRC_MAXSTREAMS"],
        ["--max-stream-rate"] = ["PILOT_MAX_REQUESTS_PER_SECOND"],
        ["--otlp-endpoint"] = ["OTEL_EXPORTER_OTLP_ENDPOINT"],
        ["--server-names"] = ["ISTIOD_CUSTOM_HOST"],
    };

    /// <summary>Istio's names for an option; none where it has no such name.</summary>
    public static IReadOnlyList<string> NamesFor(string flag) => Names.GetValueOrDefault(flag, []);

    /// <summary>The options that have names here.</summary>
    public static IEnumerable<string> Flags => Names.Keys;
}
