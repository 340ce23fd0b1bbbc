using System.Net;
using ControlPlane.Commands.Translate;
using ControlPlane.Composition;
using ControlPlane.Model.Collections;
using ControlPlane.Model.Delivery;
using ControlPlane.Model.Proxies;
using ControlPlane.Model.Snapshots;
using ControlPlane.Pipeline.Offline;
using ControlPlane.Translation.Simulation;

namespace ControlPlane.Commands.Why;

/// <summary>One run of the command.</summary>
/// <param name="request">What is asked for.</param>
/// <param name="output">Where the answer goes.</param>
/// <param name="error">Standard error.</param>
internal sealed class WhyRun(WhyRequest request, TextWriter output, TextWriter error)
{
    private const int ClientPort = 40000;

    /// <summary>Stands for any address outside (RFC 5737).</summary>
    private const string Outside = "192.0.2.1";

    private static readonly string[] HttpProtocols = ["h2", "http/1.1"];

    /// <summary>Reads, translates, follows the request and tells.</summary>
    /// <returns>One of <see cref="ExitCodes"/>.</returns>
    public int Execute()
    {
        try
        {
            var reading = Sources.ReadOnce(request.Source);
            foreach (var diagnostic in reading.Diagnostics)
                error.WriteLine(diagnostic.ToString());
            var (snapshot, _) = MeshSnapshot.Empty.Apply(reading.Changes);
            var observer = new ReportingObserver(error);
            var proxy = NodeFile.Read(request.Node);
            var resources = ClientWalk.Collect(new OfflineTranslation(snapshot, observer, static _ => []), proxy, watched: null);
            var line = request.Line;
            var (connection, resolution) = Connect(proxy, resources[XdsType.NameTable]);
            var sent = line.IsHttp ? new SimulatedRequest(line.Method, line.Authority, line.Path, line.Headers) : null;
            var explanation = Simulator.Explain(ProxyResources.Read(resources.Values.SelectMany(ofType => ofType)), connection, sent);
            if (request.Json)
                ExplanationJson.Write(output, connection, resolution, explanation);
            else
                ExplanationText.Write(output, line, connection, resolution, explanation);
            return observer.Faults == 0 ? ExitCodes.Success : ExitCodes.Failure;
        }
        catch (InputException fault)
        {
            error.WriteLine($"controlplane: {fault.Message}");
            return ExitCodes.Failure;
        }
    }

    /// <summary>The connection that the request comes in, and how its destination was found.</summary>
    private (SimulatedConnection Connection, string Resolution) Connect(ProxyDescriptor proxy, IEnumerable<EncodedResource> names)
    {
        var line = request.Line;
        var entry = request.Entry ?? (proxy.Type == ProxyType.Router ? ConnectionEntry.Direct : ConnectionEntry.Outbound);
        var own = IPAddress.Parse(proxy.IpAddresses[0]);
        var (destination, resolution) = Destination(proxy, entry, own, names);
        var source = request.From is { } from ? Address(from, "--from") : entry == ConnectionEntry.Outbound ? own : IPAddress.Parse(Outside);
        var content = !line.IsHttp ? ConnectionContent.Bytes : request.Http2 ? ConnectionContent.Http2 : ConnectionContent.Http1;
        var protocols = request.Alpn?.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries) ?? (line.IsHttp ? HttpProtocols : []);
        // Server names are no addresses (RFC 6066).
        var tls = line.IsTls ? new SimulatedTls(IPAddress.TryParse(line.Host, out _) ? "" : line.Host, protocols.ToEquatableArray()) : null;
        if (request.Principal is { } principal)
            tls = new SimulatedTls("", MeshProtocols(line.IsHttp).ToEquatableArray(), HasCertificate: true, principal);
        return (new SimulatedConnection(entry, new IPEndPoint(source, ClientPort), destination, content, tls), resolution);
    }

    /// <summary>What the mesh's own clients offer.</summary>
    private string[] MeshProtocols(bool http) => !http ? ["istio-peer-exchange", "istio"] : request.Http2 ? ["istio-h2", "istio", "h2"] : ["istio-http/1.1", "istio", "http/1.1"];

    private (IPEndPoint Destination, string Resolution) Destination(ProxyDescriptor proxy, ConnectionEntry entry, IPAddress own, IEnumerable<EncodedResource> names)
    {
        var line = request.Line;
        if (request.To is { } to)
        {
            // A bare IPv6 address is no address with port.
            if (IPAddress.TryParse(to, out var bare))
                return (new IPEndPoint(bare, line.Port), "");
            return IPEndPoint.TryParse(to, out var given)
                ? (given, "")
                : throw new InputException($"--to {to}: must be an address, perhaps with a port");
        }

        if (entry != ConnectionEntry.Outbound)
            return (new IPEndPoint(own, line.Port), "");
        if (IPAddress.TryParse(line.Host, out var literal))
            return (new IPEndPoint(literal, line.Port), "");
        return ServiceNames.Resolve(names, line.Host, proxy.Namespace) is var (name, address)
            ? (new IPEndPoint(address, line.Port), name == line.Host ? "" : $"{line.Host} is {name}")
            : (new IPEndPoint(IPAddress.Parse(Outside), line.Port), $"{line.Host} is no name that the mesh knows: {Outside} stands for its address");
    }

    private static IPAddress Address(string text, string option) =>
        IPAddress.TryParse(text, out var address) ? address : throw new InputException($"{option} {text}: must be an address");
}
