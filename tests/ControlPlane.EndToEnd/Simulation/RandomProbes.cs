using System.Net;
using ControlPlane.Model.Collections;
using ControlPlane.Translation.Simulation;

namespace ControlPlane.EndToEnd.Simulation;

/// <summary>Connections and requests to a random mesh.</summary>
internal sealed class RandomProbes(RandomMesh mesh)
{
    private static readonly IPEndPoint Client = new(IPAddress.Parse(RandomMesh.ClientAddress), 40000), Outsider = new(IPAddress.Parse(SimulationWorld.OutsideAddress), 40000);

    /// <summary>One that the client's application makes.</summary>
    public Probe Outbound()
    {
        var (address, port, host) = mesh.PickOf(mesh.Destinations);
        var name = mesh.Chance(0.7) ? host : mesh.PickOf(mesh.Names);
        return Any(ConnectionEntry.Outbound, Client, address, port, name, mesh.Random.NextDouble());
    }

    /// <summary>One from outside to the client's workload, without TLS of the mesh.</summary>
    public Probe Inbound() => Any(
        ConnectionEntry.Inbound, Outsider, RandomMesh.ClientAddress, mesh.Pick(8080, 5432, 9999, 1234), mesh.Pick("client.shop", "anything.example.com"), mesh.Random.NextDouble() * 0.9);

    /// <summary>One from outside to the gateway.</summary>
    public Probe Gateway()
    {
        var host = mesh.Pick(RandomGateways.Hosts);
        return mesh.Random.Next(10) switch
        {
            < 5 => Any(ConnectionEntry.Direct, Outsider, RandomMesh.GatewayAddress, RandomGateways.Http, host, 0.2),
            < 7 => Tls(ConnectionEntry.Direct, Outsider, RandomMesh.GatewayAddress, RandomGateways.Https, host, ["http/1.1"], Request(mesh.Chance(0.8) ? host : mesh.Pick(RandomGateways.Hosts))),
            < 9 => Tls(ConnectionEntry.Direct, Outsider, RandomMesh.GatewayAddress, RandomGateways.Passthrough, host, [], null),
            _ => Any(ConnectionEntry.Direct, Outsider, RandomMesh.GatewayAddress, RandomGateways.Tcp, host, 0.7),
        };
    }

    private Probe Any(ConnectionEntry entry, IPEndPoint source, string address, int port, string name, double kind)
    {
        var destination = new IPEndPoint(IPAddress.Parse(address), port);
        return kind switch
        {
            < 0.6 => new Probe(new SimulatedConnection(entry, source, destination, ConnectionContent.Http1), Request(mesh.Chance(0.3) ? $"{name}:{port}" : name)),
            < 0.7 => new Probe(new SimulatedConnection(entry, source, destination, ConnectionContent.Http2), Request(name)),
            < 0.82 => new Probe(new SimulatedConnection(entry, source, destination, ConnectionContent.Bytes), null),
            _ => Tls(entry, source, address, port, mesh.Chance(0.1) ? "" : name, mesh.Pick<string[]>([], ["h2", "http/1.1"], ["http/1.1"], ["other"]), null),
        };
    }

    private static Probe Tls(ConnectionEntry entry, IPEndPoint source, string address, int port, string name, string[] protocols, SimulatedRequest? request) => new(
        new SimulatedConnection(
            entry, source, new IPEndPoint(IPAddress.Parse(address), port), request is null ? ConnectionContent.Bytes : ConnectionContent.Http1, new SimulatedTls(name, protocols.ToEquatableArray())),
        request);

    private SimulatedRequest Request(string authority)
    {
        var headers = new List<KeyValuePair<string, string>>();
        if (mesh.Chance(0.4))
            headers.Add(new(mesh.Pick("x-user", "X-User", "x-kind"), mesh.Pick("jason", "jasper", "v1", "")));
        if (mesh.Chance(0.1))
            headers.Add(new("x-user", "second"));
        if (mesh.Chance(0.3))
            headers.Add(new("x-plain", mesh.Pick("yes", "v2", "jason")));
        return new SimulatedRequest(mesh.Pick("GET", "GET", "GET", "PUT", "DELETE"), mesh.Chance(0.05) ? authority.ToUpperInvariant() : authority, mesh.Pick(RandomRules.Paths), [.. headers]);
    }
}
