using System.Globalization;
using ControlPlane.Translation.Views.Proxies;

namespace ControlPlane.Translation.Envoy.ProxylessGrpc;

/// <summary>Reads the names that gRPC clients ask listeners by: <c>host[:port]</c>, the host in any of its forms.</summary>
internal static class GrpcNames
{
    /// <summary>What the name of a server's listener begins with; its address follows.</summary>
    public const string ServerListenerPrefix = "xds.istio.io/grpc/lds/inbound/";

    /// <summary>What is asked for, by full host. A host that is asked for once without a port is asked for with all its ports.</summary>
    public static IReadOnlyList<GrpcRequest> Read(IEnumerable<string> names, ProxyClass proxy)
    {
        var requests = new SortedDictionary<string, GrpcRequest>(StringComparer.Ordinal);
        foreach (var name in names)
        {
            if (name.StartsWith(ServerListenerPrefix, StringComparison.Ordinal))
                continue;
            var hasPort = TrySplit(name, out var spelling, out var port);
            if (!hasPort)
                spelling = name;
            Add(requests, spelling, spelling, hasPort ? port : null);
            if (FullHost(spelling, proxy) is { } full && full != spelling)
                Add(requests, full, spelling, hasPort ? port : null);
        }

        return [.. requests.Values];
    }

    /// <summary>Splits <c>host:port</c>, IPv6 addresses in brackets; false where there is no port.</summary>
    public static bool TrySplit(string text, out string host, out string port)
    {
        (host, port) = ("", "");
        var colon = text.LastIndexOf(':');
        if (colon < 0)
            return false;
        var before = text[..colon];
        if (before is ['[', .. var inner, ']'])
            before = inner;
        else if (before.Contains(':', StringComparison.Ordinal))
            return false;
        (host, port) = (before, text[(colon + 1)..]);
        return true;
    }

    /// <summary>Joins host and port; an IPv6 address gets brackets.</summary>
    public static string Join(string host, int port) => host.Contains(':', StringComparison.Ordinal)
        ? string.Create(CultureInfo.InvariantCulture, $"[{host}]:{port}")
        : string.Create(CultureInfo.InvariantCulture, $"{host}:{port}");

    private static void Add(SortedDictionary<string, GrpcRequest> requests, string host, string spelling, string? port)
    {
        if (!requests.TryGetValue(host, out var request))
        {
            requests[host] = request = new GrpcRequest(host);
            if (port is null)
                request.TakeAllPorts();
        }

        request.Add(spelling, port);
    }

    /// <summary>The full host of a short name, seen from the client's namespace; null for a name that is none.</summary>
    private static string? FullHost(string name, ProxyClass proxy)
    {
        var domain = $"{proxy.Namespace}.svc.{proxy.DomainSuffix}";
        if (!name.Contains('.', StringComparison.Ordinal))
            return $"{name}.{domain}";
        foreach (var suffix in new[] { $".{proxy.Namespace}", $".{proxy.Namespace}.svc" })
        {
            if (name.EndsWith(suffix, StringComparison.Ordinal))
                return $"{name[..^suffix.Length]}.{domain}";
        }

        return null;
    }
}
