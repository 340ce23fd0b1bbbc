using System.Text.RegularExpressions;
using ControlPlane.Model.Collections;
using ControlPlane.Model.Objects;

namespace ControlPlane.Translation.Views.Endpoints;

/// <summary>How workloads are called in telemetry.</summary>
public static partial class WorkloadNames
{
    /// <summary>The revision of a workload that names none.</summary>
    public const string DefaultRevision = "latest";

    private const string WorkloadLabel = "service.istio.io/workload-name";

    private static readonly string[] NameLabels = ["service.istio.io/canonical-name", "app.kubernetes.io/name", "app"];
    private static readonly string[] RevisionLabels = ["service.istio.io/canonical-revision", "app.kubernetes.io/version", "version"];

    /// <summary>
    /// Name of the workload of a Pod: its label; else, for a Pod with a generated name, its controller (the Deployment of a ReplicaSet,
    /// the CronJob of a Job); else the Pod itself.
    /// </summary>
    public static string OfPod(Pod pod) => pod.Meta.Labels[WorkloadLabel] ?? OfController(pod);

    /// <summary>Canonical name: the first of its labels, else the workload's name.</summary>
    public static string CanonicalName(LabelMap labels, string workload) => First(labels, NameLabels) ?? workload;

    /// <summary>Canonical revision: the first of its labels, else <see cref="DefaultRevision"/>.</summary>
    public static string CanonicalRevision(LabelMap labels) => First(labels, RevisionLabels) ?? DefaultRevision;

    /// <summary>The short form that endpoints carry; see <see cref="EndpointWorkload.Telemetry"/>.</summary>
    public static string Telemetry(string workload, string @namespace, LabelMap labels, string cluster)
    {
        var revision = CanonicalRevision(labels);
        return $"{workload};{@namespace};{CanonicalName(labels, workload)};{(revision == DefaultRevision ? "" : revision)};{cluster}";
    }

    private static string OfController(Pod pod)
    {
        if (pod.GenerateName.Length == 0 || pod.OwnerName.Length == 0)
            return pod.Meta.Name;
        switch (pod.OwnerKind)
        {
            case "ReplicaSet":
                return WithoutHash(pod, "pod-template-hash") ?? WithoutHash(pod, "rollouts-pod-template-hash") ?? pod.OwnerName;
            case "ReplicationController":
                return pod.Meta.Labels["deploymentconfig"] is { Length: > 0 } config ? config : pod.OwnerName;
            case "Job":
                var match = CronJobName().Match(pod.OwnerName);
                return match.Success ? match.Groups[1].Value : pod.OwnerName;
            default:
                return pod.OwnerName;
        }
    }

    private static string? WithoutHash(Pod pod, string label)
    {
        if (pod.Meta.Labels[label] is not { Length: > 0 } hash || !pod.OwnerName.EndsWith(hash, StringComparison.Ordinal))
            return null;
        var suffix = "-" + hash;
        return pod.OwnerName.EndsWith(suffix, StringComparison.Ordinal) ? pod.OwnerName[..^suffix.Length] : pod.OwnerName;
    }

    private static string? First(LabelMap labels, string[] keys)
    {
        foreach (var key in keys)
        {
            if (labels.TryGetValue(key, out var value))
                return value;
        }

        return null;
    }

    // A CronJob names its Jobs after itself and the scheduled minute.
    [GeneratedRegex(@"^(.+)-\d{8,10}\z", RegexOptions.CultureInvariant)]
    private static partial Regex CronJobName();
}
