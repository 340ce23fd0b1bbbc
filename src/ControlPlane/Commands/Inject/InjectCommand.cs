using System.CommandLine;
using ControlPlane.Commands.Help;

namespace ControlPlane.Commands.Inject;

/// <summary>The command <c>inject</c>: adds the proxy to the pods of manifests.</summary>
public static class InjectCommand
{
    private static readonly string[] Examples =
    [
        "kubectl get deploy web -o yaml | controlplane inject -f - | kubectl apply -f -",
        "controlplane inject -f app.yaml -o injected.yaml --values values.yaml --mesh-config mesh.yaml",
        "controlplane inject -f app.yaml --explain > /dev/null                  # why each pod is injected or left alone",
        "controlplane inject --mode webhook -f review.json --namespace-file ns.yaml   # what the webhook would make of a pod",
    ];

    private const string After =
        """
        Pods are found in Pod, Deployment, StatefulSet, DaemonSet, ReplicaSet, Job, CronJob, ReplicationController, DeploymentConfig and List, in any
        API group. Other documents, and those whose pods are left alone, stay as they are, comments included.

        --mode webhook reads an AdmissionReview and writes the pod after the patch. With --namespace-file the selectors of the webhook
        configurations decide first whether the injector is asked.

        --values takes the values of Istio's chart; --mesh-config the mesh configuration, or the ConfigMap around it.
        Exit codes: 0 written; 1 something could not be read or injected, nothing is written; 2 wrong usage.
        """;

    /// <summary>Makes the command.</summary>
    /// <param name="output">Standard output.</param>
    /// <param name="error">Standard error.</param>
    public static Command Create(TextWriter output, TextWriter error)
    {
        var command = new Command("inject", "Add the proxy to the pods of manifests.");
        var input = Text("--filename", "FILE|-", "The manifests; - for standard input.", "-f");
        input.Required = true;
        var target = Text("--output", "FILE", "Where to write; standard output without it.", "-o");
        var mode = new Option<InjectMode>("--mode") { HelpName = "file|webhook", Description = "What the input is. [default: file]" };
        var mesh = Text("--mesh-config", "FILE", "The mesh configuration.", "--meshConfigFile");
        var values = Text("--values", "FILE", "Chart values.", "--valuesFile");
        var ns = Text("--namespace", "NAME", "The namespace of objects that name none.", "-n");
        var namespaceFile = Text("--namespace-file", "FILE", "The namespace's object, for its labels and annotations.");
        var nodes = Text("--nodes-file", "FILE", "The cluster's nodes; without it all count as new enough for native sidecars.");
        var proxyConfig = Text("--proxy-config", "FILE", "Objects of kind ProxyConfig (with --mode webhook).");
        var revision = Text("--revision", "NAME", "The revision of the control plane; without it what the values say.");
        var explain = new Option<bool>("--explain") { Description = "Say on standard error of each pod why it is injected or left alone." };
        foreach (var option in new Option[] { input, target, mode, mesh, values, ns, namespaceFile, nodes, proxyConfig, revision, explain })
            command.Options.Add(option);
        command.SetAction(result => new InjectRun(
            new InjectRequest(
                result.GetValue(input)!, result.GetValue(target), result.GetValue(mode), result.GetValue(mesh), result.GetValue(values), result.GetValue(ns),
                result.GetValue(namespaceFile), result.GetValue(nodes), result.GetValue(proxyConfig), result.GetValue(revision), result.GetValue(explain)),
            output, error).Execute());
        return command.WithHelp(Examples, After);
    }

    private static Option<string> Text(string name, string value, string description, params string[] aliases) =>
        new(name, aliases) { HelpName = value, Description = description };
}
