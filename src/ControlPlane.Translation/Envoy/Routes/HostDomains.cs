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
        if (Parse(host, domainSuffix) is not var (dot, end))
            return names;
        var qualified = host[..end];
        if (IsOf(host, dot, end, clientNamespace))
            names.AddRange([host[..dot], qualified + ".svc", qualified]);
        else
            names.AddRange([qualified, qualified + ".svc"]);
        return names;
    }

    /// <summary>Whether a client may write the bare name of a host: all clients of other namespaces write it in the same ways.</summary>
    /// <param name="host">Fully qualified host.</param>
    /// <param name="clientNamespace">Namespace of the client.</param>
    /// <param name="domainSuffix">Suffix of Kubernetes hosts, e.g. cluster.local.</param>
    public static bool IsLocal(string host, string clientNamespace, string domainSuffix) =>
        Parse(host, domainSuffix) is var (dot, end) && IsOf(host, dot, end, clientNamespace);

    // Where the name ends and where the namespace ends, null for a host of another form.
    private static (int Dot, int End)? Parse(string host, string domainSuffix)
    {
        var end = host.IndexOf(ServiceLabel, StringComparison.Ordinal);
        var dot = host.IndexOf('.', StringComparison.Ordinal);
        var isService = end > 0 && dot + 1 <= end && host.EndsWith(domainSuffix, StringComparison.Ordinal)
            && host.AsSpan(0, host.Length - domainSuffix.Length).EndsWith(ServiceLabel, StringComparison.Ordinal);
        return isService ? (dot, end) : null;
    }

    private static bool IsOf(string host, int dot, int end, string clientNamespace) =>
        clientNamespace.Length > 0 && host.AsSpan((dot + 1)..end).Equals(clientNamespace, StringComparison.Ordinal);
}
