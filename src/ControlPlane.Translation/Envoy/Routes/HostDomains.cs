using System.Net;

namespace ControlPlane.Translation.Envoy.Routes;

/// <summary>The ways in which a client may write a host, as the resolver of its pod would complete them.</summary>
public static class HostDomains
{
    private const string ServiceLabel = ".svc.";

    /// <summary>
    /// The other ways to write a host: with the closing dot; and for a Kubernetes host with the client's suffix also name.namespace
    /// and name.namespace.svc, in the client's own namespace the bare name too.
    /// </summary>
    /// <param name="host">Fully qualified host.</param>
    /// <param name="clientNamespace">Namespace of the client.</param>
    /// <param name="domainSuffix">Suffix of Kubernetes hosts, e.g. cluster.local.</param>
    public static IReadOnlyList<string> Short(string host, string clientNamespace, string domainSuffix)
    {
        if (IPAddress.TryParse(host, out _))
            return [];
        var names = new List<string> { host + "." };
        var end = host.IndexOf(ServiceLabel, StringComparison.Ordinal);
        var dot = host.IndexOf('.', StringComparison.Ordinal);
        if (!host.EndsWith(ServiceLabel + domainSuffix, StringComparison.Ordinal) || end <= 0 || dot + 1 > end)
            return names;
        var qualified = host[..end];
        if (host[(dot + 1)..end] == clientNamespace)
            names.AddRange([host[..dot], qualified + ".svc", qualified]);
        else
            names.AddRange([qualified, qualified + ".svc"]);
        return names;
    }
}
