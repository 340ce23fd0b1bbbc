using ControlPlane.Model.Collections;
using ControlPlane.Model.Objects;
using Message = Istio.Networking.V1Alpha3.DestinationRule;

namespace ControlPlane.Translation.Features.DestinationRule;

/// <summary>Reads DestinationRules.</summary>
internal static class DestinationRuleReader
{
    /// <summary>Reads one object.</summary>
    /// <param name="source">The object.</param>
    /// <param name="domainSuffix">What short hosts are completed with.</param>
    public static Parsed<DestinationRuleSpec> Read(ConfigObject source, string domainSuffix) => SpecReader.Parse<Message, DestinationRuleSpec>(
        source,
        (message, problems) => DestinationRuleRules.Check(message, source, problems),
        message => new DestinationRuleSpec
        {
            Key = source.Key,
            CreationTime = source.Meta.CreationTime,
            Host = FullHost(message.Host, source.Meta.Namespace, domainSuffix),
            Policy = message.TrafficPolicy,
            Subsets = message.Subsets.Select(static s => new SubsetSpec(s.Name, LabelMap.From(s.Labels), s.TrafficPolicy)).ToEquatableArray(),
            ExportTo = message.WorkloadSelector is not null ? ["."] : message.ExportTo.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).ToEquatableArray(),
            Selector = message.WorkloadSelector is { } selector ? LabelMap.From(selector.MatchLabels) : null,
        });

    private static string FullHost(string host, string @namespace, string domainSuffix) =>
        host.Contains('.', StringComparison.Ordinal) || host.StartsWith('*') ? host : $"{host}.{@namespace}.svc.{domainSuffix}";
}
