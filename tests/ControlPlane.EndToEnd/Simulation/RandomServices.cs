namespace ControlPlane.EndToEnd.Simulation;

/// <summary>Adds Services with their Pods, and ServiceEntries.</summary>
internal sealed class RandomServices(RandomMesh mesh)
{
    private static readonly (string Name, int Port, int Target)[] Menu =
    [
        ("http", 80, 8080), ("http-alt", 8000, 8000), ("grpc", 7070, 7070), ("tcp-db", 5432, 5432), ("tls-x", 6443, 6443), ("https-y", 443, 8443), ("odd", 9999, 9999),
        ("http2-z", 8088, 8088), ("tcp-alt", 8000, 8001), ("odd-alt", 80, 8081),
    ];

    public List<RandomService> AddAll()
    {
        var result = new List<RandomService>();
        for (var i = 0; i < 5 + mesh.Random.Next(5); i++)
            result.Add(AddService(i));
        AddPod(RandomMesh.GatewayPod, RandomMesh.GatewayAddress, "edge", "v1", "shop", tls: true);
        AddOwn();
        AddEntries();
        return result;
    }

    private RandomService AddService(int number)
    {
        var ports = Menu.OrderBy(_ => mesh.Random.Next()).DistinctBy(p => p.Port).Take(1 + mesh.Random.Next(3)).ToArray();
        var service = new RandomService($"svc{number}", mesh.Pick("shop", "shop", "other"), mesh.Chance(0.15) ? null : $"10.96.0.{10 + number}", ports);
        AddObject(service);
        var pods = Enumerable.Range(1, 1 + mesh.Random.Next(4)).Select(p => (Name: $"svc{number}-{p}", Address: $"10.1.{number}.{p}")).ToArray();
        foreach (var (name, address) in pods)
            AddPod(name, address, service.Name, mesh.Pick("v1", "v2"), service.Namespace, mesh.Chance(0.5));
        AddSlice(service, [.. pods.Select(p => (p.Name, p.Address, mesh.Chance(0.85)))]);
        foreach (var (_, port, target) in ports)
        {
            if (service.Address is { } address)
                mesh.Destinations.Add((address, port, service.Host));
            mesh.Destinations.Add((pods[0].Address, mesh.Pick(port, target), service.Host));
        }

        mesh.Names.AddRange([service.Host, $"{service.Name}.{service.Namespace}", service.Name]);
        return service;
    }

    /// <summary>The service that the client itself is an endpoint of.</summary>
    private void AddOwn()
    {
        var own = new RandomService("client", "shop", "10.96.0.200", [("http", 80, 8080), ("tcp-own", 5432, 5432), ("odd", 9999, 9999)]);
        AddObject(own);
        AddPod(RandomMesh.ClientPod, RandomMesh.ClientAddress, "client", "v1", "shop", tls: true);
        AddSlice(own, (RandomMesh.ClientPod, RandomMesh.ClientAddress, true));
    }

    private void AddObject(RandomService service) => mesh.Add(new
    {
        apiVersion = "v1", kind = "Service", metadata = new { name = service.Name, @namespace = service.Namespace },
        spec = new
        {
            selector = new { app = service.Name }, clusterIP = service.Address ?? "None", clusterIPs = new[] { service.Address ?? "None" },
            ports = service.Ports.Select(p => new { name = p.Name, port = p.Port, targetPort = p.Target, protocol = "TCP" }),
        },
    });

    private void AddPod(string name, string address, string app, string version, string ns, bool tls)
    {
        var labels = new Dictionary<string, string> { ["app"] = app, ["version"] = version };
        if (tls)
            labels["security.istio.io/tlsMode"] = "istio";
        mesh.Add(new
        {
            apiVersion = "v1", kind = "Pod", metadata = new { name, @namespace = ns, labels },
            spec = new { serviceAccountName = app, nodeName = mesh.Pick("node-a", "node-b"), containers = new[] { new { name = "app", image = "example/app:1" } } },
            status = new { phase = "Running", podIP = address, podIPs = new[] { new { ip = address } }, conditions = new[] { new { type = "Ready", status = "True" } } },
        });
    }

    private void AddSlice(RandomService service, params (string Pod, string Address, bool IsReady)[] endpoints) => mesh.Add(new
    {
        apiVersion = "discovery.k8s.io/v1", kind = "EndpointSlice", addressType = "IPv4",
        metadata = new { name = service.Name + "-1", @namespace = service.Namespace, labels = new Dictionary<string, string> { ["kubernetes.io/service-name"] = service.Name } },
        endpoints = endpoints.Select(e => new
        {
            addresses = new[] { e.Address }, conditions = new { ready = e.IsReady, serving = e.IsReady, terminating = false },
            targetRef = new { kind = "Pod", name = e.Pod, @namespace = service.Namespace },
        }),
        ports = service.Ports.Select(p => new { name = p.Name, port = p.Target, protocol = "TCP" }),
    });

    private void AddEntries()
    {
        mesh.AddRule("ServiceEntry", "static", new
        {
            hosts = new[] { "static.example.org" }, addresses = new[] { "10.97.0.1" }, resolution = "STATIC", location = mesh.Pick("MESH_EXTERNAL", "MESH_INTERNAL"),
            ports = new object[] { new { number = 80, name = "http", protocol = "HTTP" }, new { number = 443, name = "tls", protocol = "TLS" }, new { number = 7000, name = "tcp", protocol = "TCP" } },
            endpoints = new[] { new { address = "10.1.200.1" }, new { address = "10.1.200.2" } },
        });
        mesh.AddRule("ServiceEntry", "none", new
        {
            hosts = new[] { "none.example.org", "*.wild.example.org" }, addresses = mesh.Chance(0.5) ? new[] { "10.98.0.0/24" } : null, resolution = "NONE", location = "MESH_EXTERNAL",
            ports = new object[] { new { number = 80, name = "http", protocol = "HTTP" }, new { number = 443, name = "https", protocol = "HTTPS" }, new { number = 8000, name = "http-alt", protocol = "HTTP" } },
        });
        mesh.AddRule("ServiceEntry", "dns", new
        {
            hosts = new[] { "dns.example.org" }, resolution = "DNS", location = "MESH_EXTERNAL",
            ports = new object[] { new { number = 80, name = "http", protocol = "HTTP", targetPort = 8080 }, new { number = 443, name = "tls", protocol = "TLS" } },
            endpoints = new[] { new { address = "10.1.201.1" } },
        });
        mesh.Destinations.AddRange(
        [
            ("10.97.0.1", 80, "static.example.org"), ("10.97.0.1", 443, "static.example.org"), ("10.97.0.1", 7000, "static.example.org"), ("10.98.0.7", 80, "none.example.org"),
            ("10.98.0.7", 443, "a.wild.example.org"), ("10.98.0.7", 8000, "b.wild.example.org"), ("10.98.1.7", 80, "dns.example.org"), ("10.98.1.7", 443, "dns.example.org"),
            ("10.1.250.1", 80, "unknown.example.net"), ("10.1.250.1", 1234, "unknown.example.net"),
        ]);
        mesh.Names.AddRange(["static.example.org", "none.example.org", "a.wild.example.org", "dns.example.org"]);
    }
}
