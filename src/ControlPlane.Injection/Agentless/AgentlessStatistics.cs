using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using ControlPlane.Injection.Configuration;
using ControlPlane.Injection.Json;
using ControlPlane.Injection.Names;
using ControlPlane.Injection.Sidecar;

namespace ControlPlane.Injection.Agentless;

/// <summary>
/// What an Envoy without an agent counts, by the annotations and the proxy config that Istio's agent goes by (pkg/bootstrap). Without any of
/// them it counts everything; with them only what they name, besides what Istio's proxies always count.
/// </summary>
internal static class AgentlessStatistics
{
    // Istio's bound of expressions, as far as it has one.
    private const int MaxRegexLength = 1024;

    private static readonly TimeSpan DefaultFlush = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Shortest = TimeSpan.FromMilliseconds(1);

    // Envoy's own bound of the first; a day is more than anybody can want of the second.
    private static readonly TimeSpan LongestFlush = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan LongestEviction = TimeSpan.FromDays(1);

    private static readonly (string Annotation, string Field, string Match, string[] Always)[] Inclusions =
    [
        (AnnotationNames.StatsInclusionPrefixes, "inclusionPrefixes", "prefix", ["cluster_manager", "listener_manager", "server", "cluster.xds-grpc", "wasm"]),
        (AnnotationNames.StatsInclusionSuffixes, "inclusionSuffixes", "suffix", ["rbac.allowed", "rbac.denied", "shadow_allowed", "shadow_denied", "downstream_cx_active"]),
        (AnnotationNames.StatsInclusionRegexps, "inclusionRegexps", "safe_regex", [@"vhost\..*\.route\..*"]),
    ];

    /// <summary>Adds the members stats_config, stats_flush_interval and stats_eviction_interval to a bootstrap.</summary>
    /// <param name="bootstrap">The bootstrap.</param>
    /// <param name="input">The pod.</param>
    /// <param name="text">Makes a text of the user's fit for the bootstrap, {pod_ip} included.</param>
    /// <exception cref="FormatException">An annotation can't be used; names it.</exception>
    public static void Apply(JsonObject bootstrap, TemplateInput input, Func<string, string> text)
    {
        var config = new JsonObject
        {
            ["stats_tags"] = JsonTree.ListOf(
            [
                Tag("cluster_name", @"^cluster\.((.+?);\.)"), Tag("http_conn_manager_prefix", @"^http\.((.+?);\.)"),
            ]),
        };
        if (Inclusion(input, text) is { } matcher)
            config["stats_matcher"] = matcher;
        if (input.Annotations.TryGetValue(AnnotationNames.StatsHistogramBuckets, out var buckets))
            config["histogram_bucket_settings"] = JsonTree.ListOf(Buckets(buckets, text));
        bootstrap["stats_config"] = config;
        var flush = Interval(input, AnnotationNames.StatsFlushInterval, LongestFlush);
        if (flush is { } interval)
            bootstrap["stats_flush_interval"] = Seconds(interval);
        if (Interval(input, AnnotationNames.StatsEvictionInterval, LongestEviction) is not { } eviction)
            return;
        if (eviction.Ticks % (flush ?? DefaultFlush).Ticks != 0)
            throw Fault(input, AnnotationNames.StatsEvictionInterval, $"it must be a multiple of the flush interval, {Seconds(flush ?? DefaultFlush)}");
        bootstrap["stats_eviction_interval"] = Seconds(eviction);
    }

    private static JsonObject Tag(string name, string regex) => new() { ["tag_name"] = name, ["regex"] = regex };

    private static JsonObject? Inclusion(TemplateInput input, Func<string, string> text)
    {
        var patterns = new List<JsonObject>();
        var isAsked = false;
        foreach (var (annotation, field, match, always) in Inclusions)
        {
            var asked = input.Annotations.GetValueOrDefault(annotation) is { Length: > 0 } value
                ? value.Split(',')
                : [.. input.ProxyConfig.Object("proxyStatsMatcher").List(field)?.Select(JsonTree.Printed) ?? []];
            isAsked |= asked.Length > 0;
            if (match == "safe_regex" && asked.FirstOrDefault(regex => !IsRegex(regex)) is { } bad)
                throw Fault(input, annotation, $"'{bad}' is not a regular expression of RE2 of at most {MaxRegexLength} characters");
            patterns.AddRange(asked.Select(text).Concat(always).Select(pattern => new JsonObject
            {
                [match] = match == "safe_regex" ? new JsonObject { ["regex"] = pattern } : pattern,
            }));
        }

        return isAsked ? new JsonObject { ["inclusion_list"] = new JsonObject { ["patterns"] = JsonTree.ListOf(patterns) } } : null;
    }

    private static IEnumerable<JsonObject> Buckets(string value, Func<string, string> text)
    {
        foreach (var (prefix, list) in AnnotationJson.Map(AnnotationNames.StatsHistogramBuckets, value).OrderBy(entry => entry.Key, StringComparer.Ordinal))
        {
            var bounds = (list as JsonArray)?.Select(bound => bound is JsonValue number && double.TryParse(number.ToJsonString(), NumberStyles.Float, CultureInfo.InvariantCulture, out var read) ? read : 0).ToList();
            if (bounds is null or [] || bounds[0] <= 0 || bounds.Zip(bounds.Skip(1)).Any(pair => pair.First >= pair.Second))
                throw new FormatException(AnnotationRules.Message(AnnotationNames.StatsHistogramBuckets, value, $"the value of {prefix} must be a list of numbers above 0, each greater than the one before"));
            yield return new JsonObject { ["match"] = new JsonObject { ["prefix"] = text(prefix) }, ["buckets"] = JsonTree.ListOf(bounds.Select(bound => (JsonNode)bound)) };
        }
    }

    private static TimeSpan? Interval(TemplateInput input, string annotation, TimeSpan limit)
    {
        if (!input.Annotations.TryGetValue(annotation, out var value))
            return null;
        var interval = TimeSpan.FromTicks((ProxyConfigReader.Nanos(value) ?? 0) / TimeSpan.NanosecondsPerTick);
        return interval >= Shortest && interval < limit
            ? interval
            : throw Fault(input, annotation, $"it must be a duration from {Seconds(Shortest)} to less than {Seconds(limit)}, such as 10s");
    }

    private static string Seconds(TimeSpan interval) => interval.TotalSeconds.ToString("0.#########", CultureInfo.InvariantCulture) + "s";

    private static bool IsRegex(string text)
    {
        if (text.Length > MaxRegexLength)
            return false;
        try
        {
            // Without backtracking: what RE2 lacks as well is refused.
            _ = new Regex(text, RegexOptions.NonBacktracking | RegexOptions.CultureInvariant);
            return true;
        }
        catch (Exception fault) when (fault is ArgumentException or NotSupportedException)
        {
            return false;
        }
    }

    private static FormatException Fault(TemplateInput input, string annotation, string reason) =>
        new(AnnotationRules.Message(annotation, input.Annotations.GetValueOrDefault(annotation) ?? "", reason));
}
