using System.Net;
using System.Text.Json;
using ControlPlane.Model.Collections;
using ControlPlane.Model.Objects;
using ControlPlane.Translation.Features.Validation;
using ControlPlane.Translation.Views.Endpoints;
using Message = Istio.Networking.V1Alpha3.WorkloadEntry;

namespace ControlPlane.Translation.Features.WorkloadEntry;

/// <summary>Reads and checks WorkloadEntries, and the endpoints of ServiceEntries, which have the same form.</summary>
internal static class WorkloadEntryReader
{
    private const string HealthChecks = "proxy.istio.io/health-checks-enabled";
    private const string Group = "istio.io/autoRegistrationGroup";
    private const string WorkloadLabel = "service.istio.io/workload-name";
    private const string HealthyCondition = "Healthy";

    /// <summary>Reads one object.</summary>
    public static Parsed<WorkloadSpec> Read(ConfigObject source) => SpecReader.Parse<Message, WorkloadSpec>(
        source,
        static (message, problems) => Check(message, "spec", null, true, problems),
        message => Spec(message, source) with { Healthy = IsHealthy(source) });

    /// <summary>The workload of a message that a ServiceEntry lists.</summary>
    public static WorkloadSpec Inline(Message message, ConfigObject source, int index) =>
        Spec(message, source.Meta with { Name = $"{source.Meta.Name}-{index}", Labels = LabelMap.Empty, Annotations = LabelMap.Empty });

    /// <summary>Checks a message.</summary>
    /// <param name="message">The message.</param>
    /// <param name="field">Path of the message.</param>
    /// <param name="servicePorts">Names of the service's ports, null where they are not known.</param>
    /// <param name="allowsNames">Whether the address may be a host name.</param>
    /// <param name="problems">Where faults go.</param>
    public static void Check(Message message, string field, IReadOnlySet<string>? servicePorts, bool allowsNames, Problems problems)
    {
        if (message.Address.Length == 0)
        {
            problems.Require(message.Network.Length > 0, field + ".address", "an address is required where no network is given");
            if (message.Network.Length == 0)
                return;
        }

        var unix = message.Address.StartsWith(WorkloadSpec.UnixPrefix, StringComparison.Ordinal);
        if (unix)
            CheckUnix(message, field, servicePorts, problems);
        else if (message.Address.Length > 0 && !IPAddress.TryParse(message.Address, out _))
            problems.Require(allowsNames && NameRules.IsDomain(message.Address), field + ".address", $"'{message.Address}' is no {(allowsNames ? "IP address or domain name" : "IP address")}");
        foreach (var (name, number) in message.Ports)
        {
            problems.Require(servicePorts is null || servicePorts.Contains(name), $"{field}.ports[{name}]", "the service has no port of this name");
            problems.Require(NameRules.IsLabel(name), $"{field}.ports[{name}]", "this is no port name");
            problems.Require(NameRules.IsPort(number), $"{field}.ports[{name}]", $"{number} is no port");
        }

        foreach (var (key, value) in message.Labels)
            problems.Require(NameRules.IsObjectLabel(key, value), $"{field}.labels[{key}]", "this is no label");
    }

    private static void CheckUnix(Message message, string field, IReadOnlySet<string>? servicePorts, Problems problems)
    {
        var path = message.Address[WorkloadSpec.UnixPrefix.Length..];
        var absolute = path.StartsWith('@') || (path.StartsWith('/') && !path.EndsWith('/'));
        problems.Require(absolute, field + ".address", $"'{path}' is no absolute path of a file");
        problems.Require(message.Ports.Count == 0, field + ".ports", "a Unix domain socket has no ports");
        problems.Require(servicePorts is null || servicePorts.Count == 1, field, "a Unix domain socket serves exactly one service port");
    }

    private static WorkloadSpec Spec(Message message, ConfigObject source) => Spec(message, source.Meta);

    private static WorkloadSpec Spec(Message message, ObjectMeta meta)
    {
        var labels = LabelMap.From(message.Labels.Concat(meta.Labels));
        return new WorkloadSpec
        {
            Name = meta.Name,
            Namespace = meta.Namespace,
            Address = message.Address,
            Ports = message.Ports.OrderBy(static p => p.Key, StringComparer.Ordinal).Select(static p => new NamedPort(p.Key, (int)p.Value)).ToEquatableArray(),
            Labels = labels,
            Network = message.Network,
            Locality = message.Locality.Length > 0 ? message.Locality : Localities.OfLabels(labels),
            Weight = (int)Math.Min(message.Weight, int.MaxValue),
            ServiceAccount = message.ServiceAccount,
            WorkloadName = meta.Annotations[Group] ?? meta.Labels[WorkloadLabel] ?? meta.Name,
        };
    }

    private static bool IsHealthy(ConfigObject source)
    {
        if (source.Meta.Annotations[HealthChecks] is not { } enabled || !(enabled is "1" or "t" or "T" || (bool.TryParse(enabled, out var on) && on)))
            return true;
        if (source.StatusJson.Length == 0)
            return false;
        try
        {
            using var status = JsonDocument.Parse(source.StatusJson, new JsonDocumentOptions { MaxDepth = 32 });
            return status.RootElement.TryGetProperty("conditions", out var conditions)
                && conditions.ValueKind == JsonValueKind.Array
                && conditions.EnumerateArray().Any(static c => Text(c, "type") == HealthyCondition && Text(c, "status") == "True");
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            return false;
        }
    }

    private static string? Text(JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}
