using System.CommandLine;
using ControlPlane.Commands.Help;
using ControlPlane.Options;

namespace ControlPlane.Commands.Translate;

/// <summary>The command <c>translate</c>: what proxies would receive from a directory, without a server.</summary>
public static class TranslateCommand
{
    private static readonly string[] Examples =
    [
        "controlplane translate --source dir:./mesh --node web.json --out ./out      # ./out/listeners.json, routes.json, ...",
        "controlplane translate --source dir:./mesh --proxies ./proxies --out ./out  # ./out/NAME/ for each ./proxies/NAME/node.json",
        "controlplane translate --node web.json --out ./out                          # from the built-in sample",
        "curl -s localhost:15000/config_dump | jq '.configs[0].bootstrap.node' > web.json   # the node of a running Envoy",
    ];

    private const string After =
        """
        Written per proxy: listeners.json, routes.json, clusters.json and endpoints.json, and where there are any names.json,
        secrets.json and extensions.json: each an array of resources in protobuf's JSON form, sorted by name, with every Any
        written out. Routes are those that the listeners name, endpoints those that the clusters name, as a client would ask.

        NODE.json is the envoy.config.core.v3.Node that the proxy sends, in protobuf's JSON form. WATCH.json says what a client
        asks for by name, e.g. {"listeners": ["reviews.default.svc.cluster.local:9080"]} for a proxyless gRPC client; it goes on
        with the routes, clusters and endpoints that these name.

        Warnings name file and line on standard error and do not change the exit code.
        Exit codes: 0 written; 1 something could not be read, translated or written; 2 wrong usage.
        """;

    /// <summary>Makes the command.</summary>
    /// <param name="output">Standard output.</param>
    /// <param name="error">Standard error.</param>
    public static Command Create(TextWriter output, TextWriter error)
    {
        var command = new Command("translate", "Write the resources that proxies would receive from a directory, without a server.");
        var settings = new SettingBinder(command, [Settings.Source, Settings.MeshConfig, Settings.RootNamespace]);
        var node = new Option<string>("--node") { HelpName = "NODE.json", Description = "The proxy's node." };
        var watch = new Option<string>("--watch") { HelpName = "WATCH.json", Description = "What the proxy asks for by name (with --node)." };
        var proxies = new Option<string>("--proxies")
        {
            HelpName = "DIR", Description = "A directory with a folder per proxy: node.json and, where it asks by name, watch.json.",
        };
        var target = new Option<string>("--out") { HelpName = "DIR", Description = "Where to write; made where it does not exist.", Required = true };
        var check = new Option<bool>("--check")
        {
            Description = "Hold each resource to the rules that every Envoy checks, as serve does: what breaks one is named and left out.",
        };
        foreach (var option in new Option[] { node, watch, proxies, target, check })
            command.Options.Add(option);
        command.Validators.Add(result =>
        {
            if (result.GetResult(node) is null == result.GetResult(proxies) is null)
                result.AddError("Give either --node or --proxies.");
            if (result.GetResult(watch) is not null && result.GetResult(node) is null)
                result.AddError("--watch goes with --node.");
        });
        command.SetAction(result =>
        {
            var values = settings.OwnValues(result);
            var source = SourceOptions.Read(values);
            if (source.Source.IsCluster)
                values.Fail($"{Settings.Source.Flag} {SourceSpec.KubernetesText}: only serve reads a cluster; write its objects into a directory with kubectl get -o yaml");
            if (values.Faults.Count > 0)
                return UsageReport.Write(error, values.Faults, "controlplane translate");
            var request = new TranslateRequest(source, result.GetValue(node), result.GetValue(watch), result.GetValue(proxies), result.GetValue(target)!, result.GetValue(check));
            return new TranslateRun(request, error).Execute();
        });
        return command.WithHelp(Examples, After);
    }
}
