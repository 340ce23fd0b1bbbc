namespace ControlPlane.EndToEnd.Simulation;

/// <summary>Adds a Gateway, and VirtualServices bound to it.</summary>
internal sealed class RandomGateways(RandomMesh mesh)
{
    public const int Http = 8080, Https = 8443, Passthrough = 9443, Tcp = 9000;

    public static readonly string[] Hosts =
        ["a.example.com", "b.example.com", "x.b.example.com", "secure.example.com", "redirected.example.com", "pass.example.com", "x.pass.example.com", "none.example.net"];

    public void AddAll()
    {
        var rules = new RandomRules(mesh);
        mesh.AddRule("Gateway", "edge", new
        {
            selector = new { app = "edge" },
            servers = new object[]
            {
                new { port = new { number = Http, name = "http", protocol = "HTTP" }, hosts = mesh.Chance(0.5) ? new[] { "*" } : ["a.example.com", "*.b.example.com", "b.example.com"] },
                new { port = new { number = Http, name = "redirect", protocol = "HTTP" }, hosts = new[] { "redirected.example.com" }, tls = new { httpsRedirect = true } },
                new { port = new { number = Https, name = "https", protocol = "HTTPS" }, hosts = new[] { "secure.example.com", "*.b.example.com" }, tls = new { mode = "SIMPLE", credentialName = "edge-cert" } },
                new { port = new { number = Passthrough, name = "pass", protocol = "TLS" }, hosts = new[] { "pass.example.com", "*.pass.example.com" }, tls = new { mode = "PASSTHROUGH" } },
                new { port = new { number = Tcp, name = "tcp", protocol = "TCP" }, hosts = new[] { "*" } },
            },
        });
        foreach (var (name, hosts) in new[] { ("a", new[] { "a.example.com" }), ("b", ["*.b.example.com", "b.example.com"]), ("secure", ["secure.example.com"]), ("redirected", ["redirected.example.com"]), ("all", ["*"]) })
        {
            if (mesh.Chance(0.75))
                mesh.AddRule("VirtualService", "edge-" + name, new { hosts, gateways = new[] { "edge" }, http = rules.Routes() });
        }

        var service = mesh.PickOf(mesh.Services);
        object To(RandomService target) => new { destination = new { host = target.Host, port = new { number = mesh.PickOf(target.Ports).Port } } };
        mesh.AddRule("VirtualService", "edge-pass", new
        {
            hosts = new[] { "pass.example.com", "*.pass.example.com" }, gateways = new[] { "edge" },
            tls = new[]
            {
                new { match = new[] { new { port = Passthrough, sniHosts = new[] { "pass.example.com" } } }, route = new[] { To(service) } },
                new { match = new[] { new { port = Passthrough, sniHosts = new[] { "*.pass.example.com" } } }, route = new[] { To(mesh.PickOf(mesh.Services)) } },
            },
        });
        mesh.AddRule("VirtualService", "edge-tcp", new
        {
            hosts = new[] { "*" }, gateways = new[] { "edge" }, tcp = new[] { new { match = new[] { new { port = Tcp } }, route = new[] { To(service) } } },
        });
    }
}
