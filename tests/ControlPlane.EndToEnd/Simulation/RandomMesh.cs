using System.Text.Json;
using System.Text.Json.Serialization;
using ControlPlane.EndToEnd.Gateways;

namespace ControlPlane.EndToEnd.Simulation;

/// <summary>Objects of a mesh that a seed decides, and the words that requests to it are made of.</summary>
internal sealed class RandomMesh
{
    public const string ClientAddress = "10.2.0.99", GatewayAddress = "10.2.0.50", ClientPod = "client-1", GatewayPod = "edge-1";

    private static readonly JsonSerializerOptions Plain = new() { DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull };

    private readonly List<string> _objects = [];

    /// <param name="seed">Decides everything.</param>
    /// <param name="log">File of the access log.</param>
    /// <param name="certificate">Certificate of the gateway's HTTPS.</param>
    public RandomMesh(int seed, string log, GatewayCertificate certificate)
    {
        Random = new Random(seed);
        _objects.Add(certificate.Secret("edge-cert"));
        AddMesh(log);
        Services = [.. new RandomServices(this).AddAll()];
        new RandomRules(this).AddAll();
        new RandomGateways(this).AddAll();
    }

    /// <summary>The only source of chance.</summary>
    public Random Random { get; }

    public IReadOnlyList<RandomService> Services { get; }

    /// <summary>What clients call: an address with the names that belong to it.</summary>
    public List<(string Address, int Port, string Host)> Destinations { get; } = [];

    /// <summary>Names that requests and handshakes may carry.</summary>
    public List<string> Names { get; } = ["unknown.example.net"];

    /// <summary>All objects as YAML, in which each is written as JSON.</summary>
    public string Yaml => string.Join("\n---\n", _objects);

    public void Add(object value) => _objects.Add(JsonSerializer.Serialize(value, Plain));

    /// <summary>An object of Istio's networking API in the namespace shop, or another.</summary>
    public void AddRule(string kind, string name, object spec, string ns = "shop") =>
        Add(new { apiVersion = "networking.istio.io/v1", kind, metadata = new { name, @namespace = ns }, spec });

    public bool Chance(double probability) => Random.NextDouble() < probability;

    public T Pick<T>(params T[] items) => items[Random.Next(items.Length)];

    public T PickOf<T>(IReadOnlyList<T> items) => items[Random.Next(items.Count)];

    private void AddMesh(string log)
    {
        foreach (var (name, zone) in new[] { ("node-a", "zone-a"), ("node-b", "zone-b") })
        {
            Add(new
            {
                apiVersion = "v1", kind = "Node",
                metadata = new { name, labels = new Dictionary<string, string> { ["topology.kubernetes.io/region"] = "region-1", ["topology.kubernetes.io/zone"] = zone } },
            });
        }

        foreach (var name in new[] { "istio-system", "shop", "other" })
            Add(new { apiVersion = "v1", kind = "Namespace", metadata = new { name } });
        var mesh = JsonSerializer.Serialize(new
        {
            accessLogFile = log,
            accessLogFormat = AccessRecord.Format,
            outboundTrafficPolicy = new { mode = Pick("ALLOW_ANY", "ALLOW_ANY", "REGISTRY_ONLY") },
        });
        Add(new { apiVersion = "v1", kind = "ConfigMap", metadata = new { name = "istio", @namespace = "istio-system" }, data = new { mesh } });
        Add(new
        {
            apiVersion = "security.istio.io/v1", kind = "PeerAuthentication", metadata = new { name = "default", @namespace = "istio-system" },
            spec = new { mtls = new { mode = Pick("PERMISSIVE", "PERMISSIVE", "STRICT", "DISABLE") } },
        });
    }
}
