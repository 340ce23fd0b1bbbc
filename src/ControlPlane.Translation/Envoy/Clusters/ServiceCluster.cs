using ControlPlane.Translation.Envoy.Endpoints;
using ControlPlane.Translation.Views.Proxies;
using ControlPlane.Translation.Views.Services;

namespace ControlPlane.Translation.Envoy.Clusters;

/// <summary>An outbound cluster of a class, before anything that depends on endpoints is known.</summary>
/// <param name="Service">The service.</param>
/// <param name="Port">Its port.</param>
/// <param name="Subset">Subset, "" for the whole service.</param>
/// <param name="Policy">The policy in force, the mesh's defaults included.</param>
/// <param name="Endpoints">What rules say about its endpoints.</param>
/// <param name="Discovery">How it finds its hosts.</param>
internal sealed record ServiceCluster(
    MeshService Service, MeshServicePort Port, string Subset, ClusterPolicy Policy, EndpointPolicy Endpoints, ClusterDiscovery Discovery)
{
    /// <summary>API path of the rule that made the policy, "" for none.</summary>
    public string ConfigPath { get; init; } = "";

    /// <summary>Whether that rule selects its proxies: only then may a sidecar fetch a secret that it names.</summary>
    public bool RuleSelects { get; init; }

    /// <summary>Whether connections go to original destinations, so that servers can't be told apart.</summary>
    public bool Indistinct { get; init; }

    /// <summary>Whether there is no such cluster as long as it has no hosts, wherever its connections go.</summary>
    public bool NeedsHosts { get; init; }

    /// <summary>
    /// Whether a rule sends connections for a resolved host to their original destination. istiod then leaves the settings for DNS, without
    /// effect, and insists on a host.
    /// </summary>
    public bool KeepsDnsSettings =>
        Subset.Length == 0 && Discovery == ClusterDiscovery.OriginalDestination && Service.Resolution is Resolution.Dns or Resolution.DnsRoundRobin;

    /// <summary>
    /// Whether clients of other networks name it in their TLS handshake, which is handed through to servers that end Istio's mutual TLS.
    /// </summary>
    public bool ByServerName { get; init; }

    /// <summary>Names its endpoints for one kind of proxy.</summary>
    public EndpointItem EndpointItem(EndpointTraits ofClass, ProxyClass proxy) =>
        new(Service, Port, Subset, Endpoints, EndpointTraitsReader.OfService(ofClass, proxy, Service, Endpoints)) { ByServerName = ByServerName };

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Service, Port.Number, string.GetHashCode(Subset), ByServerName);
}
