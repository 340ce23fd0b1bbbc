using System.CommandLine;
using ControlPlane.Commands.Help;
using ControlPlane.Options;
using ControlPlane.Translation.Simulation;

namespace ControlPlane.Commands.Why;

/// <summary>The command <c>why</c>: what a request meets in a proxy, and so why it goes where it goes.</summary>
public static class WhyCommand
{
    private static readonly string[] Examples =
    [
        "controlplane why --source dir:./mesh --node web.json --request 'GET http://reviews:9080/reviews/1'",
        "controlplane why --source dir:./mesh --node web.json --request http://reviews:9080/ -H 'end-user: jason' -o json",
        "controlplane why --source dir:./mesh --node gateway.json --request https://shop.example.com/cart   # TLS with that server name",
        "controlplane why --source dir:./mesh --node web.json --request http://web:8080/ --entry inbound    # from others to this workload",
        "controlplane why --source dir:./mesh --node web.json --request http://web:8080/ --entry inbound --principal cluster.local/ns/shop/sa/client",
        "controlplane why --source dir:./mesh --node web.json --request tcp://10.96.0.20:5432               # bytes",
    ];

    private const string After =
        """
        The resources of the proxy are made as translate makes them, and followed as an Envoy would: listener, filter chain, virtual host,
        route, clusters, endpoints and how the proxy talks to them, and the AuthorizationPolicy that refuses it. Other filters that may decide
        otherwise are named.

        A request is [METHOD] URL. http is a request without TLS of the client's, https one in TLS; tcp and tls are bytes. A service is
        found by its name as the proxy's pod would resolve it. A name outside the mesh gets an address that stands for any: give --to
        where it matters. A gateway is called at its own address.

        Exit codes: 0 explained, wherever it ends; 1 something could not be read; 2 wrong usage.
        """;

    /// <summary>Makes the command.</summary>
    /// <param name="output">Standard output.</param>
    /// <param name="error">Standard error.</param>
    public static Command Create(TextWriter output, TextWriter error)
    {
        var command = new Command("why", "Say what a request meets in a proxy, from its listener to its endpoints.");
        var settings = new SettingBinder(command, [Settings.Source, Settings.MeshConfig, Settings.RootNamespace]);
        var node = new Option<string>("--node") { HelpName = "NODE.json", Description = "The proxy's node.", Required = true };
        var request = new Option<string>("--request") { HelpName = "REQUEST", Description = "What is sent: [METHOD] URL.", Required = true };
        var headers = new Option<string[]>("--header", "-H") { HelpName = "NAME: VALUE", Description = "A header of the request; may be given again." };
        var entry = new Option<string>("--entry")
        {
            HelpName = "WAY", Description = "How it reaches the proxy: outbound, inbound or direct; by default direct for gateways and outbound for others.",
        };
        var to = new Option<string>("--to") { HelpName = "ADDRESS[:PORT]", Description = "Where the client connects to, in place of what the URL's host resolves to." };
        var from = new Option<string>("--from") { HelpName = "ADDRESS", Description = "Who connects, in place of the proxy's own workload or of some client outside." };
        var alpn = new Option<string>("--alpn") { HelpName = "PROTOCOLS", Description = "ALPN that the client offers in TLS, with commas [default: h2,http/1.1 for https]." };
        var http2 = new Option<bool>("--http2") { Description = "Whether the client speaks HTTP/2 without TLS." };
        var principal = new Option<string>("--principal")
        {
            HelpName = "DOMAIN/ns/NAMESPACE/sa/ACCOUNT", Description = "Who the client is by its certificate of the mesh; it then speaks the mesh's mutual TLS, whatever the URL says.",
        };
        var format = new Option<string>("--output", "-o") { HelpName = "FORM", Description = "Form of the answer: text or json.", DefaultValueFactory = static _ => "text" };
        format.AcceptOnlyFromAmong("text", "json");
        entry.AcceptOnlyFromAmong("outbound", "inbound", "direct");
        foreach (var option in new Option[] { node, request, headers, entry, to, from, alpn, http2, principal, format })
            command.Options.Add(option);
        command.SetAction(result =>
        {
            var values = settings.OwnValues(result);
            var source = SourceOptions.Read(values);
            if (source.Source.IsCluster)
                values.Fail($"{Settings.Source.Flag} {SourceSpec.KubernetesText}: only serve reads a cluster; write its objects into a directory with kubectl get -o yaml");
            var sent = RequestLine.Parse(result.GetValue(request)!, result.GetValue(headers) ?? [], values.Fail);
            if (values.Faults.Count > 0 || sent is null)
                return UsageReport.Write(error, values.Faults, "controlplane why");
            ConnectionEntry? way = result.GetValue(entry) is { } text ? Enum.Parse<ConnectionEntry>(text, ignoreCase: true) : null;
            var asked = new WhyRequest(
                source, result.GetValue(node)!, sent, way, result.GetValue(to), result.GetValue(from), result.GetValue(alpn), result.GetValue(http2),
                result.GetValue(principal), result.GetValue(format) == "json");
            return new WhyRun(asked, output, error).Execute();
        });
        return command.WithHelp(Examples, After);
    }
}
