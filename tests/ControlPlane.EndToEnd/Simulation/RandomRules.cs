namespace ControlPlane.EndToEnd.Simulation;

/// <summary>Adds VirtualServices and DestinationRules of the mesh, and perhaps a Sidecar.</summary>
internal sealed class RandomRules(RandomMesh mesh)
{
    public static readonly string[] Paths = ["/", "/api", "/api/v1/items?version=v2", "/items/17", "/items/none", "/old/page?q=1&version=v1", "/Api/V1", "/a/../api/x", "//api//v1", "/static/%2e%2e/items/4", "/exact"];

    private readonly HashSet<RandomService> _ruled = [];
    private int _routes;

    public void AddAll()
    {
        foreach (var service in mesh.Services.Where(_ => mesh.Chance(0.55)))
            AddDestinationRule(service);
        foreach (var service in mesh.Services)
        {
            if (mesh.Chance(0.6))
                AddVirtualService(service);
        }

        if (mesh.Chance(0.5))
            mesh.AddRule("DestinationRule", "static", new { host = "static.example.org", trafficPolicy = new { tls = new { mode = "SIMPLE", sni = "static.example.org" } } });
        if (mesh.Chance(0.5))
            mesh.AddRule("VirtualService", "wild", new { hosts = new[] { "*.example.org" }, http = Routes() });
        if (mesh.Chance(0.5))
            mesh.AddRule("VirtualService", "tls", new { hosts = new[] { "dns.example.org", "static.example.org" }, tls = new[] { TlsRoute("dns.example.org"), TlsRoute("static.example.org") } });
        if (!mesh.Chance(0.25))
            return;
        mesh.AddRule("Sidecar", "default", new
        {
            egress = new[] { new { hosts = mesh.Chance(0.5) ? new[] { "./*", "other/*" } : ["./*"] } },
            outboundTrafficPolicy = new { mode = mesh.Pick("ALLOW_ANY", "REGISTRY_ONLY") },
        });
    }

    /// <summary>Routes of HTTP, the last perhaps for everything.</summary>
    public object[] Routes() => [.. Enumerable.Range(0, 1 + mesh.Random.Next(5)).Select(_ => Route()), .. mesh.Chance(0.6) ? new[] { Route(matches: false) } : []];

    private void AddDestinationRule(RandomService service)
    {
        _ruled.Add(service);
        mesh.AddRule("DestinationRule", service.Name, DestinationRule(service), service.Namespace);
    }

    private object DestinationRule(RandomService service) => new
    {
        host = service.Host,
        trafficPolicy = mesh.Chance(0.7) ? new
        {
            tls = mesh.Chance(0.4) ? new { mode = mesh.Pick("DISABLE", "SIMPLE", "ISTIO_MUTUAL") } : null,
            loadBalancer = mesh.Chance(0.3) ? new { simple = mesh.Pick("ROUND_ROBIN", "RANDOM", "LEAST_REQUEST", "PASSTHROUGH") } : null,
            // With it endpoints get priorities by locality; nobody is ejected, which would depend on earlier requests.
            outlierDetection = mesh.Chance(0.4) ? new { consecutive5xxErrors = 0, consecutiveGatewayErrors = 0, minHealthPercent = mesh.Pick(0, 60) } : null,
        } : null,
        subsets = new[] { new { name = "v1", labels = new { version = "v1" } }, new { name = "v2", labels = new { version = "v2" } } },
    };

    private void AddVirtualService(RandomService service) => mesh.AddRule(
        "VirtualService",
        service.Name,
        new
        {
            hosts = mesh.Chance(0.3) ? new[] { service.Host, $"{service.Name}.example.org" } : [service.Host],
            exportTo = mesh.Chance(0.15) ? new[] { "." } : null,
            http = mesh.Chance(0.8) ? Routes() : null,
            tcp = new[]
            {
                new
                {
                    match = mesh.Chance(0.5) ? new[] { new { port = mesh.PickOf(service.Ports).Port } } : null,
                    route = Destinations(withPort: true),
                },
            },
            tls = new[] { TlsRoute(service.Host) },
        },
        service.Namespace);

    private object TlsRoute(string host) => new
    {
        match = new[] { new { sniHosts = mesh.Chance(0.5) ? new[] { host, "www." + host } : [host] } },
        route = Destinations(withPort: true),
    };

    private object Route(bool matches = true)
    {
        var name = $"r{_routes++}";
        object[]? match = matches ? [.. Enumerable.Range(0, 1 + mesh.Random.Next(2)).Select(i => Match(i))] : null;
        return mesh.Random.Next(9) switch
        {
            0 => new { name, match, redirect = new { uri = mesh.Pick("/new", "/new?x=1", null), authority = mesh.Pick(null, "new.example.com"), redirectCode = mesh.Pick(301, 302, 307, 308), port = mesh.Pick<int?>(null, 8123), scheme = mesh.Pick(null, "https") } },
            1 => new { name, match, directResponse = new { status = mesh.Pick(200, 403, 503) } },
            2 or 3 => new { name, match, rewrite = new { uri = mesh.Pick("/rewritten", "/re/"), authority = mesh.Pick(null, "rewritten.example.com") }, route = Destinations() },
            4 => new { name, match, rewrite = new { uriRegexRewrite = new { match = "/items/([a-z0-9]+)", rewrite = "/item-\\1" } }, route = Destinations() },
            _ => (object)new { name, match, route = Destinations() },
        };
    }

    private object Match(int number) => new
    {
        name = $"m{number}",
        uri = mesh.Chance(0.7) ? Uri() : null,
        ignoreUriCase = mesh.Chance(0.2) ? true : (bool?)null,
        method = mesh.Chance(0.15) ? new { exact = mesh.Pick("GET", "PUT") } : null,
        authority = mesh.Chance(0.1) ? new { prefix = mesh.Pick("svc", "static") } : null,
        headers = mesh.Chance(0.35) ? new Dictionary<string, object> { [mesh.Pick("x-user", "x-kind")] = Text() } : null,
        withoutHeaders = mesh.Chance(0.2) ? new Dictionary<string, object> { ["x-plain"] = mesh.Chance(0.5) ? new { } : Text() } : null,
        queryParams = mesh.Chance(0.2) ? new Dictionary<string, object> { ["version"] = Text() } : null,
        port = mesh.Chance(0.1) ? mesh.Pick(80, 8000) : (int?)null,
    };

    private object Uri() => mesh.Random.Next(6) switch
    {
        0 => new { exact = mesh.Pick("/exact", "/api") },
        1 => new { regex = mesh.Pick("/items/[0-9]+", "/api.*", ".*none") },
        _ => (object)new { prefix = mesh.Pick("/api", "/old/", "/items/", "/") },
    };

    private object Text() => mesh.Random.Next(4) switch
    {
        0 => new { prefix = mesh.Pick("ja", "v") },
        1 => new { regex = mesh.Pick("ja.*n", "v[12]") },
        2 => new { },
        _ => (object)new { exact = mesh.Pick("jason", "v1", "v2") },
    };

    private object[] Destinations(bool withPort = false)
    {
        var count = mesh.Pick(1, 1, 2, 3);
        return [.. Enumerable.Range(0, count).Select(i => (object)new { destination = Destination(withPort), weight = count == 1 ? (int?)null : mesh.Pick(10, 30, 60, i == 0 ? 5 : 0) })];
    }

    private object Destination(bool withPort)
    {
        var service = mesh.PickOf(mesh.Services);
        return new
        {
            host = mesh.Chance(0.05) ? "missing.shop.svc.cluster.local" : service.Host,
            subset = mesh.Chance(_ruled.Contains(service) ? 0.5 : 0.03) ? mesh.Pick("v1", "v2") : null,
            port = withPort || mesh.Chance(0.5) ? new { number = mesh.PickOf(service.Ports).Port } : null,
        };
    }
}
