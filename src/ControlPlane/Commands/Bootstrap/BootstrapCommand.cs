using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using ControlPlane.Commands.Help;

namespace ControlPlane.Commands.Bootstrap;

/// <summary>The command <c>bootstrap</c>: what a plain Envoy is started with, so that it is a sidecar of this control plane.</summary>
public static class BootstrapCommand
{
    private const int AdminPort = 15000;
    private const string ServerName = "istiod.istio-system.svc";

    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private static readonly string[] Examples =
    [
        "controlplane bootstrap --node sidecar~10.1.0.11~web-1.shop~shop.svc.cluster.local --service-account web \\",
        "  --xds-address 10.9.0.1:15012 --root-cert ./data/root-cert.pem --token-file /run/web/token > envoy.json",
        "envoy -c envoy.json",
    ];

    private const string After =
        """
        With --token-file a small file FILE.sds.json is written beside the token, from which Envoy learns where it is: then a token that is
        replaced by renaming is used from the next connection on. Keys and certificates of the mesh come over the stream, for the identity that
        the token proves.
        Exit codes: 0 printed; 1 the file beside the token can't be written; 2 wrong usage.
        """;

    /// <summary>Makes the command.</summary>
    /// <param name="output">Standard output.</param>
    /// <param name="error">Standard error.</param>
    public static Command Create(TextWriter output, TextWriter error)
    {
        var command = new Command("bootstrap", "Print the bootstrap of an Envoy that has no agent beside it.");
        var options = new BootstrapCommandOptions();
        foreach (var option in options.All)
            command.Options.Add(option);
        command.SetAction(async (result, cancellationToken) =>
        {
            var faults = new List<string>();
            var request = options.Read(result, faults);
            if (faults.Count > 0)
                return UsageReport.Write(error, faults, "controlplane bootstrap");
            try
            {
                if (request.TokenFile is { } token)
                    await File.WriteAllTextAsync(request.TokenSdsFile, EnvoyBootstrap.WriteTokenSecret(token).ToJsonString(Indented), cancellationToken);
            }
            catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
            {
                await error.WriteLineAsync($"controlplane: {request.TokenSdsFile} can't be written: {fault.Message}");
                return ExitCodes.Failure;
            }

            await output.WriteLineAsync(EnvoyBootstrap.Write(request).ToJsonString(Indented));
            return ExitCodes.Success;
        });
        return command.WithHelp(Examples, After);
    }

    private sealed class BootstrapCommandOptions
    {
        private readonly Option<string> _node = new("--node") { HelpName = "ID", Description = "Node id: TYPE~IP~POD.NAMESPACE~DOMAIN.", Required = true };
        private readonly Option<string> _account = new("--service-account") { HelpName = "NAME", Description = "Its service account. [default: default]" };
        private readonly Option<string[]> _labels = new("--label") { HelpName = "KEY=VALUE", Description = "A label of its pod; may be given several times." };
        private readonly Option<string> _address = new("--xds-address") { HelpName = "HOST:PORT", Description = "Where xDS over TLS is served.", Required = true };
        private readonly Option<string> _serverName = new("--server-name") { HelpName = "NAME", Description = $"DNS name in the server's certificate. [default: {ServerName}]" };
        private readonly Option<string> _root = new("--root-cert") { HelpName = "FILE", Description = "The roots that the server's certificate leads to.", Required = true };
        private readonly Option<string> _token = new("--token-file") { HelpName = "FILE", Description = "The token that proves the service account." };
        private readonly Option<string> _certificate = new("--cert") { HelpName = "FILE", Description = "A client certificate of the mesh with its chain, in place of a token." };
        private readonly Option<string> _key = new("--key") { HelpName = "FILE", Description = "Its private key." };
        private readonly Option<string> _admin = new("--admin-port") { HelpName = "PORT", Description = $"Port of Envoy's admin interface on loopback. [default: {AdminPort}]" };
        private readonly Option<bool> _sotw = new("--sotw") { Description = "Ask for state of the world in place of delta." };

        public IEnumerable<Option> All => [_node, _account, _labels, _address, _serverName, _root, _token, _certificate, _key, _admin, _sotw];

        public BootstrapRequest Read(ParseResult result, List<string> faults)
        {
            var node = result.GetValue(_node)!;
            if (node.Split('~') is not [{ Length: > 0 }, { Length: > 0 }, var pod, { Length: > 0 }] || pod.LastIndexOf('.') < 1 || pod.EndsWith('.'))
                faults.Add($"--node: '{node}' is wrong: expected TYPE~IP~POD.NAMESPACE~DOMAIN, e.g. sidecar~10.1.0.11~web-1.shop~shop.svc.cluster.local");
            var address = result.GetValue(_address)!;
            var colon = address.LastIndexOf(':');
            if (colon < 1 || !ushort.TryParse(address.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var port) || port == 0)
            {
                faults.Add($"--xds-address: '{address}' is wrong: expected HOST:PORT");
                port = 0;
            }

            var (token, certificate, key) = (result.GetValue(_token), result.GetValue(_certificate), result.GetValue(_key));
            if ((token is null) == (certificate is null) || (certificate is null) != (key is null))
                faults.Add("give either --token-file, or --cert and --key");
            var admin = result.GetValue(_admin);
            if (!ushort.TryParse(admin ?? AdminPort.ToString(CultureInfo.InvariantCulture), NumberStyles.None, CultureInfo.InvariantCulture, out var adminPort))
                faults.Add($"--admin-port: '{admin}' is no port");
            return new BootstrapRequest(
                node, result.GetValue(_account) ?? "default", Labels(result.GetValue(_labels) ?? [], faults), colon < 1 ? "" : address[..colon].Trim('[', ']'), port,
                result.GetValue(_serverName) ?? ServerName, Path.GetFullPath(result.GetValue(_root)!), Full(token), Full(certificate), Full(key), adminPort, result.GetValue(_sotw));
        }

        private static string? Full(string? path) => path is null ? null : Path.GetFullPath(path);

        private static Dictionary<string, string> Labels(string[] texts, List<string> faults)
        {
            var labels = new Dictionary<string, string>(StringComparer.Ordinal);
            foreach (var text in texts)
            {
                var at = text.IndexOf('=', StringComparison.Ordinal);
                if (at < 1)
                    faults.Add($"--label: '{text}' is wrong: expected KEY=VALUE");
                else
                    labels[text[..at]] = text[(at + 1)..];
            }

            return labels;
        }
    }
}
