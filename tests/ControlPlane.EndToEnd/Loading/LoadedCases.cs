namespace ControlPlane.EndToEnd.Loading;

/// <summary>The families of cases whose answers are loaded into Envoy; CONTROLPLANE_LOAD names others ("vs-* gateway-*").</summary>
internal static class LoadedCases
{
    public static string[] Patterns => Environment.GetEnvironmentVariable("CONTROLPLANE_LOAD") is { Length: > 0 } named
        ? named.Split(' ', StringSplitOptions.RemoveEmptyEntries)
        : ["base*", "svc-*", "eds-*", "inbound-*", "dns-*", "mesh-*", .. Enumerable.Range(0, 8).Select(seed => $"random-00{seed}")];
}
