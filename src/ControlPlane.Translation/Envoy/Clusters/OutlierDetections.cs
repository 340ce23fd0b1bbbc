using System.Globalization;
using Envoy.Config.Cluster.V3;
using Envoy.Config.Common.Matcher.V3;
using Envoy.Config.Route.V3;
using Envoy.Type.Matcher.V3;
using Envoy.Type.V3;
using HttpProtocolOptions = Envoy.Extensions.Upstreams.Http.V3.HttpProtocolOptions;
using Rule = Istio.Networking.V1Alpha3.OutlierDetection;

namespace ControlPlane.Translation.Envoy.Clusters;

/// <summary>Ejection of hosts that fail.</summary>
internal static class OutlierDetections
{
    private const uint Always = 100;

    /// <summary>Sets what a rule says.</summary>
    /// <param name="cluster">The cluster.</param>
    /// <param name="options">Its protocol options, for status codes.</param>
    /// <param name="rule">The rule, null for none.</param>
    /// <param name="needsUnhealthy">Whether the service counts on unready hosts being known as such: they must then never be used in panic.</param>
    public static void Apply(Cluster cluster, HttpProtocolOptions options, Rule? rule, bool needsUnhealthy)
    {
        if (rule is null)
            return;
        cluster.OutlierDetection = Detection(rule);
        if (rule.MinHealthPercent >= 0)
            (cluster.CommonLbConfig ??= new Cluster.Types.CommonLbConfig()).HealthyPanicThreshold = new Percent { Value = needsUnhealthy ? 0 : rule.MinHealthPercent };
        if (rule.OutlierDetectionHttpErrorCodes.Count > 0)
            options.OutlierDetection = new HttpProtocolOptions.Types.OutlierDetection { ErrorMatcher = Matcher(rule.OutlierDetectionHttpErrorCodes) };
    }

    private static OutlierDetection Detection(Rule rule)
    {
        var result = new OutlierDetection
        {
            // Comparing hosts by their success rate is never wanted.
            EnforcingSuccessRate = 0,
            Interval = rule.Interval,
            BaseEjectionTime = rule.BaseEjectionTime,
            MaxEjectionPercent = rule.MaxEjectionPercent > 0 ? (uint)rule.MaxEjectionPercent : null,
        };
        if (rule.Consecutive5XxErrors is { } errors)
        {
            result.Consecutive5Xx = errors;
            result.EnforcingConsecutive5Xx = errors > 0 ? Always : 0;
        }

        if (rule.ConsecutiveGatewayErrors is { } gatewayErrors)
        {
            result.ConsecutiveGatewayFailure = gatewayErrors;
            result.EnforcingConsecutiveGatewayFailure = gatewayErrors > 0 ? Always : 0;
        }

        if (!rule.SplitExternalLocalOriginErrors)
            return result;
        result.SplitExternalLocalOriginErrors = true;
        result.EnforcingLocalOriginSuccessRate = 0;
        if (rule.ConsecutiveLocalOriginFailures is > 0)
        {
            result.ConsecutiveLocalOriginFailure = rule.ConsecutiveLocalOriginFailures;
            result.EnforcingConsecutiveLocalOriginFailure = Always;
        }

        return result;
    }

    private static MatchPredicate Matcher(IReadOnlyCollection<uint> codes)
    {
        var rules = codes.Select(Status).ToList();
        if (rules.Count == 1)
            return rules[0];
        var set = new MatchPredicate.Types.MatchSet();
        set.Rules.Add(rules);
        return new MatchPredicate { OrMatch = set };
    }

    private static MatchPredicate Status(uint code) => new()
    {
        HttpResponseHeadersMatch = new HttpHeadersMatch
        {
            Headers =
            {
                new HeaderMatcher { Name = ":status", StringMatch = new StringMatcher { Exact = code.ToString(CultureInfo.InvariantCulture) } },
            },
        },
    };
}
