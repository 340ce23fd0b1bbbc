using System.Text.RegularExpressions;
using Istio.Stats;

namespace ControlPlane.Translation.Envoy.Capabilities;

/// <summary>
/// What a Telemetry object changed of one metric, as the stats filter would be told: whether it is dropped, labels taken out, labels added or
/// replaced by expressions.
/// </summary>
internal sealed partial class MetricSettings
{
    /// <summary>Words that CEL reserves: an expression with one of them as a name doesn't parse.</summary>
    private static readonly HashSet<string> ReservedWords =
    [
        "as", "break", "const", "continue", "else", "false", "for", "function", "if", "import", "in", "let", "loop", "package", "namespace", "null",
        "return", "true", "var", "void", "while",
    ];

    private readonly List<MetricConfig> _configs;

    private MetricSettings(List<MetricConfig> configs) => _configs = configs;

    /// <summary>Whether the metric is not to be counted.</summary>
    public bool Drop => _configs.Any(config => config.Drop);

    /// <summary>The settings of a metric. Those without a name are for all metrics.</summary>
    public static MetricSettings Of(PluginConfig plugin, string metric) =>
        new(plugin.Metrics.Where(config => config.Name.Length == 0 || config.Name == metric).ToList());

    /// <summary>The labels as the settings leave them; added ones come last, sorted by name.</summary>
    public IEnumerable<(string Name, string Format)> Apply(IEnumerable<(string Name, string Format)> labels)
    {
        var result = labels.ToList();
        foreach (var config in _configs)
        {
            result.RemoveAll(label => config.TagsToRemove.Contains(label.Name));
            foreach (var (name, expression) in config.Dimensions.OrderBy(pair => pair.Key, StringComparer.Ordinal))
            {
                if (name.Length == 0 || Format(expression) is not { } format)
                    continue;
                var at = result.FindIndex(label => label.Name == name);
                if (at < 0)
                    result.Add((name, format));
                else
                    result[at] = (name, format);
            }
        }

        return result;
    }

    /// <summary>
    /// An expression as a format string; null where it is more than a text or the name of an attribute. Where istio.stats would only log that an
    /// expression is wrong, Envoy would refuse the whole listener: so nothing passes that it might not read.
    /// </summary>
    private static string? Format(string expression)
    {
        expression = expression.Trim();
        if (StringOf().Match(expression) is { Success: true } conversion)
            expression = conversion.Groups[1].Value;
        if (Literal().Match(expression) is { Success: true } text)
            return text.Groups[2].Value.Length == 0 ? null : text.Groups[2].Value.Replace("%", "%%", StringComparison.Ordinal);
        return Attribute().IsMatch(expression) && !expression.Split('.', '[').Any(ReservedWords.Contains) ? $"%CEL({expression})%" : null;
    }

    [GeneratedRegex(@"^string\((.*)\)\z")]
    private static partial Regex StringOf();

    [GeneratedRegex(@"^(['""])([^'""\\]*)\1\z")]
    private static partial Regex Literal();

    [GeneratedRegex(@"^(?:request|response|source|destination|connection|upstream|metadata|filter_state|xds)(?:\.[a-zA-Z_][a-zA-Z0-9_]*|\['[a-zA-Z0-9_./:-]+'\])*\z")]
    private static partial Regex Attribute();
}
