using ControlPlane.Model.Objects;
using ControlPlane.Translation.Features.Validation;
using Istio.Networking.V1Alpha3;
using Message = Istio.Networking.V1Alpha3.WorkloadGroup;
using Method = Istio.Networking.V1Alpha3.ReadinessProbe.HealthCheckMethodOneofCase;

namespace ControlPlane.Translation.Features.WorkloadGroup;

/// <summary>Reads WorkloadGroups and checks what Istio's validation demands of them.</summary>
internal static class WorkloadGroupReader
{
    /// <summary>Reads one object. What it is for, the registration of workloads that connect, is not done yet, and is told so.</summary>
    public static Parsed<Message> Read(ConfigObject source) => SpecReader.Parse<Message, Message>(
        source,
        static (message, problems) =>
        {
            Check(message, problems);
            if (!problems.Refused)
                problems.Warn("", "it has no effect: workloads are not registered when they connect; write a WorkloadEntry for each");
        },
        static message => message);

    private static void Check(Message message, Problems problems)
    {
        problems.Require(message.Template is not null, "spec.template", "a template is required");
        foreach (var (key, value) in message.Metadata?.Labels ?? [])
            problems.Require(NameRules.IsObjectLabel(key, value), $"spec.metadata.labels[{key}]", "this is no label");
        foreach (var (key, value) in message.Template?.Labels ?? [])
            problems.Require(NameRules.IsObjectLabel(key, value), $"spec.template.labels[{key}]", "this is no label");
        if (message.Probe is { } probe)
            CheckProbe(probe, problems);
    }

    private static void CheckProbe(ReadinessProbe probe, Problems problems)
    {
        foreach (var (name, value) in new[]
                 {
                     ("initialDelaySeconds", probe.InitialDelaySeconds), ("timeoutSeconds", probe.TimeoutSeconds), ("periodSeconds", probe.PeriodSeconds),
                     ("successThreshold", probe.SuccessThreshold), ("failureThreshold", probe.FailureThreshold),
                 })
        {
            problems.Require(value >= 0, "spec.probe." + name, $"{value} is negative");
        }

        switch (probe.HealthCheckMethodCase)
        {
            case Method.HttpGet:
                RequirePort(probe.HttpGet.Port, "httpGet");
                for (var i = 0; i < probe.HttpGet.HttpHeaders.Count; i++)
                    problems.Require(HeaderRules.IsName(probe.HttpGet.HttpHeaders[i].Name), $"spec.probe.httpGet.httpHeaders[{i}].name", $"'{probe.HttpGet.HttpHeaders[i].Name}' is no name of a header");
                break;
            case Method.TcpSocket:
                RequirePort(probe.TcpSocket.Port, "tcpSocket");
                break;
            case Method.Grpc:
                RequirePort(probe.Grpc.Port, "grpc");
                break;
            case Method.Exec:
                problems.Require(probe.Exec.Command.Count > 0, "spec.probe.exec.command", "a command is required");
                break;
            default:
                problems.Error("spec.probe", "httpGet, tcpSocket, exec or grpc is required");
                break;
        }

        void RequirePort(uint port, string method) => problems.Require(NameRules.IsPort(port), $"spec.probe.{method}.port", $"{port} is no port");
    }
}
