using System.Collections.Frozen;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace ControlPlane.Injection.Pods;

/// <summary>
/// The kinds of the fields of pods and workloads, as far as injection or the merge depends on them: a pod of another shape is refused with the path
/// of the field, rather than half understood. Kinds: s text, i whole number, b switch, p number or text, m map of texts, q map of quantities, o any map, @X a map
/// with the fields of X; a + after it means a list of them.
/// </summary>
internal static class PodShape
{
    private static readonly FrozenDictionary<string, FrozenDictionary<string, string>> Shapes = new Dictionary<string, string>
    {
        ["Pod"] = "apiVersion:s kind:s metadata:@Meta spec:@PodSpec",
        ["Template"] = "metadata:@Meta spec:@PodSpec",
        ["Meta"] = "name:s generateName:s namespace:s labels:m annotations:m ownerReferences:@Owner+ finalizers:s+ uid:s",
        ["Owner"] = "apiVersion:s kind:s name:s uid:s controller:b blockOwnerDeletion:b",
        ["PodSpec"] =
            """
            containers:@Container+ initContainers:@Container+ ephemeralContainers:@Container+ volumes:@Volume+ imagePullSecrets:@Named+
            hostNetwork:b dnsPolicy:s restartPolicy:s serviceAccountName:s serviceAccount:s nodeName:s nodeSelector:m
            securityContext:@PodSecurity terminationGracePeriodSeconds:i activeDeadlineSeconds:i hostPID:b hostIPC:b shareProcessNamespace:b
            hostname:s subdomain:s schedulerName:s priorityClassName:s priority:i automountServiceAccountToken:b tolerations:o+ hostAliases:o+
            affinity:o dnsConfig:o readinessGates:o+ runtimeClassName:s enableServiceLinks:b overhead:o topologySpreadConstraints:o+ hostUsers:b
            """,
        ["PodSecurity"] = "runAsUser:i runAsGroup:i runAsNonRoot:b fsGroup:i sysctls:o+ supplementalGroups:i+ seccompProfile:o",
        ["Named"] = "name:s",
        ["Volume"] = "name:s emptyDir:o configMap:o secret:o projected:o downwardAPI:o csi:o hostPath:o persistentVolumeClaim:o",
        ["Container"] =
            """
            name:s image:s imagePullPolicy:s command:s+ args:s+ workingDir:s restartPolicy:s env:@Env+ envFrom:o+ ports:@Port+
            resources:@Resources volumeMounts:@Mount+ volumeDevices:o+ readinessProbe:@Probe livenessProbe:@Probe startupProbe:@Probe
            lifecycle:@Lifecycle securityContext:@Security stdin:b stdinOnce:b tty:b terminationMessagePath:s terminationMessagePolicy:s
            """,
        ["Env"] = "name:s value:s valueFrom:o",
        ["Port"] = "name:s containerPort:i hostPort:i protocol:s hostIP:s",
        ["Mount"] = "name:s mountPath:s subPath:s subPathExpr:s readOnly:b mountPropagation:s",
        ["Resources"] = "limits:q requests:q claims:o+",
        ["Security"] =
            """
            runAsUser:i runAsGroup:i runAsNonRoot:b privileged:b readOnlyRootFilesystem:b allowPrivilegeEscalation:b capabilities:@Capabilities
            seccompProfile:o seLinuxOptions:o
            """,
        ["Capabilities"] = "add:s+ drop:s+",
        ["Probe"] =
            """
            httpGet:@Http tcpSocket:@Tcp grpc:@Grpc exec:@Exec initialDelaySeconds:i periodSeconds:i timeoutSeconds:i successThreshold:i
            failureThreshold:i terminationGracePeriodSeconds:i
            """,
        ["Lifecycle"] = "preStop:@Handler postStart:@Handler",
        ["Handler"] = "httpGet:@Http tcpSocket:@Tcp exec:@Exec sleep:o",
        ["Http"] = "path:s port:p host:s scheme:s httpHeaders:@Header+",
        ["Header"] = "name:s value:s",
        ["Tcp"] = "port:p host:s",
        ["Grpc"] = "port:i service:s",
        ["Exec"] = "command:s+",
        ["Workload"] =
            """
            apiVersion:s kind:s metadata:@Meta spec:@WorkloadSpec
            """,
        ["WorkloadSpec"] =
            """
            replicas:i minReadySeconds:i revisionHistoryLimit:i progressDeadlineSeconds:i paused:b selector:o template:@Template serviceName:s
            podManagementPolicy:s parallelism:i completions:i backoffLimit:i activeDeadlineSeconds:i ttlSecondsAfterFinished:i suspend:b
            completionMode:s volumeClaimTemplates:o+ strategy:o updateStrategy:o
            """,
        ["CronJob"] = "apiVersion:s kind:s metadata:@Meta spec:@CronJobSpec",
        ["CronJobSpec"] =
            """
            schedule:s timeZone:s concurrencyPolicy:s suspend:b startingDeadlineSeconds:i successfulJobsHistoryLimit:i failedJobsHistoryLimit:i
            jobTemplate:@JobTemplate
            """,
        ["JobTemplate"] = "metadata:@Meta spec:@WorkloadSpec",
    }.ToFrozenDictionary(shape => shape.Key, shape => Fields(shape.Value));

    /// <summary>What is wrong with a value, with the path of the field; null for nothing.</summary>
    /// <param name="value">The value.</param>
    /// <param name="shape">Pod, Workload or CronJob.</param>
    public static string? Check(JsonObject value, string shape) => Map(value, Shapes[shape], "");

    private static string? Map(JsonObject value, FrozenDictionary<string, string> fields, string path)
    {
        foreach (var (name, member) in value)
        {
            if (member is null || !fields.TryGetValue(name, out var kind))
                continue;
            if (Field(member, kind, path.Length == 0 ? name : $"{path}.{name}") is { } fault)
                return fault;
        }

        return null;
    }

    private static string? Field(JsonNode value, string kind, string path)
    {
        if (kind[^1] != '+')
            return Single(value, kind, path);
        if (value is not JsonArray items)
            return $"{path} must be a list";
        for (var i = 0; i < items.Count; i++)
        {
            if (items[i] is null)
                return $"{path}[{i}] must not be null";
            if (Single(items[i]!, kind[..^1], $"{path}[{i}]") is { } fault)
                return fault;
        }

        return null;
    }

    private static string? Single(JsonNode value, string kind, string path) => kind[0] switch
    {
        's' => value.GetValueKind() == JsonValueKind.String ? null : $"{path} must be a string",
        'b' => value.GetValueKind() is JsonValueKind.True or JsonValueKind.False ? null : $"{path} must be true or false",
        'i' => Json.JsonTree.WholeOf(value) is not null ? null : $"{path} must be a whole number",
        'p' => value.GetValueKind() is JsonValueKind.String or JsonValueKind.Number ? null : $"{path} must be a number or a string",
        'm' => TextMap(value, path),
        'q' => QuantityMap(value, path),
        'o' => value is JsonObject ? null : $"{path} must be a map",
        _ => value is JsonObject map ? Map(map, Shapes[kind[1..]], path) : $"{path} must be a map",
    };

    private static string? TextMap(JsonNode value, string path)
    {
        if (value is not JsonObject map)
            return $"{path} must be a map";
        foreach (var (name, member) in map)
        {
            if (member is not null && member.GetValueKind() != JsonValueKind.String)
                return $"{path}.{name} must be a string; quote it";
        }

        return null;
    }

    private static string? QuantityMap(JsonNode value, string path)
    {
        if (value is not JsonObject map)
            return $"{path} must be a map";
        foreach (var (name, member) in map)
        {
            if (member is not JsonValue scalar || !Configuration.AnnotationRules.IsQuantity(Json.JsonTree.Printed(scalar)))
                return $"{path}.{name} must be a quantity such as 100m or 128Mi";
        }

        return null;
    }

    private static FrozenDictionary<string, string> Fields(string text) => text
        .Split([' ', '\n'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
        .Select(word => word.Split(':')).ToFrozenDictionary(pair => pair[0], pair => pair[1], StringComparer.Ordinal);
}
