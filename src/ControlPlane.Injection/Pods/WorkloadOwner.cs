using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using ControlPlane.Injection.Json;
using ControlPlane.Injection.Names;

namespace ControlPlane.Injection.Pods;

/// <summary>The object that a pod belongs to for people: the Deployment rather than its ReplicaSet.</summary>
/// <param name="ApiVersion">Its API version; "" if unknown.</param>
/// <param name="Kind">Its kind.</param>
/// <param name="Name">Its name; "" if it has none yet.</param>
/// <param name="Namespace">The pod's namespace; "" if unknown.</param>
public sealed partial record WorkloadOwner(string ApiVersion, string Kind, string Name, string Namespace)
{
    /// <summary>The owner of a pod, by its controller reference and the labels that controllers put on it.</summary>
    /// <param name="pod">The pod.</param>
    /// <param name="ns">Its namespace.</param>
    public static WorkloadOwner Of(JsonObject pod, string ns)
    {
        var metadata = pod.Object("metadata");
        var itself = new WorkloadOwner("v1", "Pod", metadata.Text("name") ?? "", ns);
        if (metadata.Text("generateName") is not { Length: > 0 })
            return itself;
        var controller = metadata.List("ownerReferences").Objects().FirstOrDefault(reference => reference.IsTrue("controller"));
        if (controller is null)
            return itself;
        var owner = new WorkloadOwner(controller.Text("apiVersion") ?? "", controller.Text("kind") ?? "", controller.Text("name") ?? "", ns);
        var above = owner.Kind switch
        {
            "ReplicaSet" => owner.AboveReplicaSet(metadata.Object("labels")),
            "ReplicationController" when metadata.Object("labels").Text(LabelNames.DeploymentConfig) is { Length: > 0 } name =>
                owner with { Kind = "DeploymentConfig", Name = name },
            "Job" when ScheduledJob().Match(owner.Name) is { Success: true } match =>
                owner with { ApiVersion = "batch/v1", Kind = "CronJob", Name = match.Groups[1].Value },
            _ => owner,
        };
        return above.Name.Length == 0 ? above with { Name = itself.Name } : above;
    }

    private WorkloadOwner AboveReplicaSet(JsonObject? labels)
    {
        if (labels.Text(LabelNames.PodTemplateHash) is { Length: > 0 } hash && Name.EndsWith(hash, StringComparison.Ordinal))
            return this with { Kind = "Deployment", Name = Without(hash) };
        if (labels.Text(LabelNames.RolloutTemplateHash) is { Length: > 0 } rollout && Name.EndsWith(rollout, StringComparison.Ordinal))
            return this with { ApiVersion = "v1alpha1", Kind = "Rollout", Name = Without(rollout) };
        return this;
    }

    private string Without(string hash) => Name.EndsWith("-" + hash, StringComparison.Ordinal) ? Name[..^(hash.Length + 1)] : Name;

    [GeneratedRegex(@"^(.+)-[0-9]{8,10}\z", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex ScheduledJob();
}
