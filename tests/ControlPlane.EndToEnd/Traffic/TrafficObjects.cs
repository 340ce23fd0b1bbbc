namespace ControlPlane.EndToEnd.Traffic;

/// <summary>The objects of the services, one service for each behaviour.</summary>
internal static class TrafficObjects
{
    /// <summary>The services, with the port at which each is called. Those with a port of their own have a route configuration of their own too.</summary>
    public static IReadOnlyDictionary<string, int> Services { get; } = new Dictionary<string, int>(StringComparer.Ordinal)
    {
        ["split"] = 80, ["routes"] = 80, ["faults"] = 80, ["retries"] = 80, ["slow"] = 80, ["mirror"] = 80, ["cors"] = 80, ["hash-header"] = 80, ["hash-cookie"] = 80,
        ["outlier"] = 80, ["breaker"] = 80, ["local"] = 80, ["shift"] = 8001, ["subsets"] = 8002, ["moving"] = 8003,
    };

    /// <summary>Subsets v1 and v2.</summary>
    public const string BothSubsets =
        """
          subsets:
          - {name: v1, labels: {version: v1}}
          - {name: v2, labels: {version: v2}}
        """;

    private const string Split =
        """
          - route:
            - {destination: {host: split, subset: v1}, weight: 90}
            - {destination: {host: split, subset: v2}, weight: 10}
        """;

    private const string Routes =
        """
          - match: [{uri: {exact: /redirected}}]
            redirect: {uri: /new, authority: other.example.com, redirectCode: 302}
          - match: [{uri: {prefix: /direct}}]
            directResponse: {status: 203, body: {string: said by the proxy}}
          - match: [{uri: {prefix: /old/}}]
            rewrite: {uri: /new/, authority: rewritten.example.com}
            route: [{destination: {host: routes, subset: v2}}]
          - match: [{uri: {regex: '/items/[0-9]+'}}]
            rewrite: {uriRegexRewrite: {match: '/items/([0-9]+)', rewrite: '/item-\1'}}
            route: [{destination: {host: routes, subset: v2}}]
          - match:
            - {headers: {x-user: {exact: jason}}, uri: {prefix: /}}
            - {queryParams: {version: {exact: v2}}}
            - {method: {exact: PUT}, withoutHeaders: {x-plain: {}}}
            route: [{destination: {host: routes, subset: v2}}]
          - headers:
              request: {set: {x-added: by-the-route}, remove: [x-removed]}
              response: {add: {x-answered: by-the-route}}
            route: [{destination: {host: routes, subset: v1}}]
        """;

    private const string Faults =
        """
          - match: [{uri: {prefix: /abort}}]
            fault: {abort: {httpStatus: 418, percentage: {value: 100}}}
            route: [{destination: {host: faults}}]
          - match: [{uri: {prefix: /delay}}]
            fault: {delay: {fixedDelay: 0.4s, percentage: {value: 100}}}
            route: [{destination: {host: faults}}]
          - route: [{destination: {host: faults}}]
        """;

    // Envoy avoids an endpoint that failed by drawing again, five times at most: the one that fails may well be drawn for a few retries.
    private const string Retries =
        """
          - match: [{uri: {prefix: /never}}]
            retries: {attempts: 0}
            route: [{destination: {host: retries}}]
          - retries: {attempts: 9, perTryTimeout: 5s, retryOn: 5xx}
            route: [{destination: {host: retries}}]
        """;

    private const string Slow =
        """
          - timeout: 0.3s
            route: [{destination: {host: slow}}]
        """;

    private const string Mirror =
        """
          - route: [{destination: {host: mirror, subset: v1}}]
            mirrors: [{destination: {host: mirror, subset: v2}, percentage: {value: 100}}]
        """;

    private const string Cors =
        """
          - corsPolicy: {allowOrigins: [{exact: 'https://shop.example.com'}], allowMethods: [GET, PUT], allowHeaders: [x-user], maxAge: 1h}
            route: [{destination: {host: cors}}]
        """;

    private const string HashOfHeader = "  trafficPolicy: {loadBalancer: {consistentHash: {httpHeaderName: x-user}}}";

    private const string HashOfCookie = "  trafficPolicy: {loadBalancer: {consistentHash: {httpCookie: {name: sticky, ttl: 600s, path: /}}}}";

    private const string Outlier =
        """
          trafficPolicy:
            outlierDetection: {consecutive5xxErrors: 2, interval: 0.1s, baseEjectionTime: 2s, maxEjectionPercent: 100}
        """;

    private const string Breaker = "  trafficPolicy: {connectionPool: {tcp: {maxConnections: 1}, http: {http1MaxPendingRequests: 1}}}";

    /// <summary>All objects at the start.</summary>
    public static string All => string.Join(
        "\n---\n",
        VirtualService("split", Split), DestinationRule("split", BothSubsets),
        VirtualService("routes", Routes), DestinationRule("routes", BothSubsets),
        VirtualService("faults", Faults),
        VirtualService("retries", Retries),
        VirtualService("slow", Slow),
        VirtualService("mirror", Mirror), DestinationRule("mirror", BothSubsets),
        VirtualService("cors", Cors),
        DestinationRule("hash-header", HashOfHeader),
        DestinationRule("hash-cookie", HashOfCookie),
        DestinationRule("outlier", Outlier + "\n    loadBalancer: {localityLbSetting: {enabled: false}}"),
        DestinationRule("breaker", Breaker),
        DestinationRule("local", Outlier));

    /// <summary>A VirtualService for a host of the same name.</summary>
    public static string VirtualService(string host, string http) =>
        $$"""
        apiVersion: networking.istio.io/v1
        kind: VirtualService
        metadata: {name: {{host}}, namespace: shop}
        spec:
          hosts: [{{host}}]
          http:
        {{http}}
        """;

    /// <summary>A DestinationRule for a host of the same name.</summary>
    public static string DestinationRule(string host, string rest) =>
        $$"""
        apiVersion: networking.istio.io/v1
        kind: DestinationRule
        metadata: {name: {{host}}, namespace: shop}
        spec:
          host: {{host}}
        {{rest}}
        """;
}
