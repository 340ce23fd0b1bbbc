using System.Text.Json.Nodes;
using ControlPlane.Injection.Json;

namespace ControlPlane.Injection.Pods;

/// <summary>The kinds that hold pods, in any API group: a file may name a group of long ago.</summary>
public static class WorkloadKinds
{
    private const string Pod = "Pod";
    private const string CronJob = "CronJob";

    private static readonly string[] WithTemplate =
        ["Deployment", "DaemonSet", "ReplicaSet", "StatefulSet", "Job", "ReplicationController", "DeploymentConfig"];

    /// <summary>Whether objects of a kind hold pods.</summary>
    public static bool Holds(string? kind) => kind is Pod or CronJob || Array.IndexOf(WithTemplate, kind) >= 0;

    /// <summary>Finds the pod in an object.</summary>
    /// <param name="manifest">An object of such a kind.</param>
    /// <exception cref="FormatException">A field is of the wrong kind, or there is no pod; names the field.</exception>
    public static PodInWorkload Find(JsonObject manifest)
    {
        ArgumentNullException.ThrowIfNull(manifest);
        var kind = manifest.Text("kind");
        var shape = kind switch { Pod => "Pod", CronJob => "CronJob", _ => "Workload" };
        if (PodShape.Check(manifest, shape) is { } fault)
            throw new FormatException(fault);
        var metadata = manifest.Object("metadata");
        var itself = new WorkloadOwner(manifest.Text("apiVersion") ?? "", kind ?? "", metadata.Text("name") ?? "", metadata.Text("namespace") ?? "");
        switch (kind)
        {
            case Pod:
                return new(manifest, manifest, manifest, WorkloadOwner.Of(manifest, itself.Namespace));
            case CronJob:
                // Labels and annotations are those of the job, not of its pod: so it is in Istio, whose users rely on it.
                var job = manifest.Object("spec").Object("jobTemplate") ?? throw Missing("spec.jobTemplate");
                return new(manifest, job, job.Object("spec").Object("template") ?? throw Missing("spec.jobTemplate.spec.template"), itself)
                {
                    Required = new JsonObject { ["schedule"] = "" },
                };
            default:
                var template = manifest.Object("spec").Object("template") ?? throw Missing("spec.template");
                return new(manifest, template, template, itself) { Required = Required(kind) };
        }
    }

    private static JsonObject Required(string? kind) => kind switch
    {
        "StatefulSet" => new() { ["serviceName"] = "" },
        "DeploymentConfig" => new() { ["replicas"] = 0, ["test"] = false },
        _ => [],
    };

    private static FormatException Missing(string path) => new($"{path} is missing");
}
