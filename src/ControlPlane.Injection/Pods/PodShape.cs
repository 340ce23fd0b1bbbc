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
    }.ToFrozenDictionary(shape => shape.Key, shape => Fields(shape.Value), StringComparer.Ordinal);

    private static readonly FrozenDictionary<string, FrozenDictionary<string, string>>.AlternateLookup<ReadOnlySpan<char>> ShapesBySpan =
        Shapes.GetAlternateLookup<ReadOnlySpan<char>>();

    /// <summary>What is wrong with a value, with the path of the field; null for nothing.</summary>
    /// <param name="value">The value.</param>
    /// <param name="shape">Pod, Workload or CronJob.</param>
    public static string? Check(JsonObject value, string shape) => Map(value, Shapes[shape])?[1..];

    // Faults are put together from the inside, so that a good pod costs no text: each level puts its name in front.
    private static string? Map(JsonObject value, FrozenDictionary<string, string> fields)
    {
        foreach (var (name, member) in value)
        {
            if (member is null || !fields.TryGetValue(name, out var kind))
                continue;
            if (Field(member, kind) is { } fault)
                return $".{name}{fault}";
        }

        return null;
    }

    private static string? Field(JsonNode value, string kind)
    {
        if (kind[^1] != '+')
            return Single(value, kind);
        if (value is not JsonArray items)
            return " must be a list";
        for (var i = 0; i < items.Count; i++)
        {
            var fault = items[i] is { } item ? Single(item, kind.AsSpan(0, kind.Length - 1)) : " must not be null";
            if (fault is not null)
                return $"[{i}]{fault}";
        }

        return null;
    }

    private static string? Single(JsonNode value, ReadOnlySpan<char> kind) => kind[0] switch
    {
        's' => value.GetValueKind() == JsonValueKind.String ? null : " must be a string",
        'b' => value.GetValueKind() is JsonValueKind.True or JsonValueKind.False ? null : " must be true or false",
        'i' => Json.JsonTree.WholeOf(value) is not null ? null : " must be a whole number",
        'p' => value.GetValueKind() is JsonValueKind.String or JsonValueKind.Number ? null : " must be a number or a string",
        'm' => TextMap(value),
        'q' => QuantityMap(value),
        'o' => value is JsonObject ? null : " must be a map",
        _ => value is JsonObject map ? Map(map, ShapesBySpan[kind[1..]]) : " must be a map",
    };

    private static string? TextMap(JsonNode value)
    {
        if (value is not JsonObject map)
            return " must be a map";
        foreach (var (name, member) in map)
        {
            if (member is not null && member.GetValueKind() != JsonValueKind.String)
                return $".{name} must be a string; quote it";
        }

        return null;
    }

    private static string? QuantityMap(JsonNode value)
    {
        if (value is not JsonObject map)
            return " must be a map";
        foreach (var (name, member) in map)
        {
            if (member is not JsonValue scalar || !Configuration.AnnotationRules.IsQuantity(Json.JsonTree.Printed(scalar)))
                return $".{name} must be a quantity such as 100m or 128Mi";
        }

        return null;
    }

    private static FrozenDictionary<string, string> Fields(string text) => text
        .Split([' ', '\n'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
        .Select(word => word.Split(':')).ToFrozenDictionary(pair => pair[0], pair => pair[1], StringComparer.Ordinal);
}
