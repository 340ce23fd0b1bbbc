namespace ControlPlane.EndToEnd.Loading;

/// <summary>The families of cases whose answers are loaded into Envoy; CONTROLPLANE_LOAD names others ("vs-* gateway-*").</summary>
internal static class LoadedCases
{
    private static string[] Patterns => Environment.GetEnvironmentVariable("CONTROLPLANE_LOAD") is { Length: > 0 } named
        ? named.Split(' ', StringSplitOptions.RemoveEmptyEntries)
        : ["base*", "svc-*", "eds-*", "inbound-*", "dns-*", "mesh-*", "vs-*", "dr-*", "sidecar-*", "gateway-*", "ingress-*", "authz-*", "authn-*", .. Enumerable.Range(0, 8).Select(seed => $"random-00{seed}")];

    /// <summary>Cases that name addresses which this machine has not, or hold garbage for a certificate on purpose: Envoy says so.</summary>
    private static readonly string[] RefusedOnPurpose =
        ["dr-tls-simple-forms", "sidecar-ingress-endpoints", "gateway-conflict-tls-hosts", "gateway-secret-missing-or-bad", "gateway-server-name-default-endpoint", "gateway-tls-files", "gateway-vs-none-bound"];

    /// <summary>Cases in which Envoy refuses what istiod sends, and takes what we send in its place (tests/conformance-deviations.txt).</summary>
    public static IReadOnlyList<string> RefusedFromIstiod { get; } = ["authn-gateway-claim-routing", "vs-tcp-tls"];

    /// <summary>The proxies to load: of all but those whose secrets are files that this machine has not, as Envoy refuses such a secret.</summary>
    public static IReadOnlyList<LoadedProxy> Proxies =>
        [.. ConformanceAnswers.Proxies(Patterns).Where(proxy => !RefusedOnPurpose.Contains(proxy.Case) && ConformanceAnswers.SecretFiles(proxy).All(File.Exists))];
}
