using ControlPlane.Model.Collections;

namespace ControlPlane.Model.Proxies;

/// <summary>
/// What a proxy cannot do, of the extensions that Istio's resources use. Read from Node.extensions; a node that lists none is
/// taken for istio/proxyv2, which has them all.
/// </summary>
/// <param name="Missing">
/// Names of <see cref="KnownExtensions"/> that the proxy lacks, sorted; empty for a full Istio proxy.
/// </param>
/// <param name="Agentless">Whether no Istio agent stands beside the proxy (node metadata AGENT = none, or an Envoy that is not Istio's): secrets come over ADS.</param>
public sealed record ProxyCapabilities(EquatableArray<string> Missing, bool Agentless)
{
    /// <summary>An istio/proxyv2 with its agent.</summary>
    public static ProxyCapabilities Full { get; } = new([], false);

    /// <summary>Whether the proxy lacks an extension of <see cref="KnownExtensions"/>.</summary>
    public bool Lacks(string extension)
    {
        foreach (var missing in Missing)
        {
            if (string.Equals(missing, extension, StringComparison.Ordinal))
                return true;
        }

        return false;
    }
}
