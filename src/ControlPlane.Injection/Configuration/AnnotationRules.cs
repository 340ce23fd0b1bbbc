using System.Globalization;
using System.Net;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using ControlPlane.Injection.Names;

namespace ControlPlane.Injection.Configuration;

/// <summary>Checks the annotations whose values injection passes on, so that a mistake is told when the pod is made and not when it crashes.</summary>
internal static partial class AnnotationRules
{
    private const int MaxInterfaceName = 15;

    /// <summary>Interception modes that a pod may ask for.</summary>
    private static readonly string[] Modes = ["REDIRECT", "TPROXY", "NONE"];

    private static readonly Dictionary<string, Func<string, string?>> Rules = new(StringComparer.Ordinal)
    {
        [AnnotationNames.InterceptionMode] = static value => Modes.Contains(value) ? null : "it must be REDIRECT, TPROXY or NONE",
        [AnnotationNames.StatusPort] = static value => Port(value) ? null : "it must be a port from 0 to 65535",
        [AnnotationNames.ReadinessInitialDelay] = Count,
        [AnnotationNames.ReadinessPeriod] = Count,
        [AnnotationNames.ReadinessFailureThreshold] = Count,
        [AnnotationNames.IncludeOutboundIPRanges] = static value => value == "*" ? null : Ranges(value),
        [AnnotationNames.ExcludeOutboundIPRanges] = Ranges,
        [AnnotationNames.IncludeInboundPorts] = static value => value == "*" ? null : Ports(value),
        [AnnotationNames.ExcludeInboundPorts] = Ports,
        [AnnotationNames.ExcludeOutboundPorts] = Ports,
        [AnnotationNames.ExcludeInterfaces] = Interfaces,
        [AnnotationNames.KubevirtInterfaces] = Interfaces,
        [AnnotationNames.RerouteVirtualInterfaces] = Interfaces,
        [AnnotationNames.MergeMetrics] = static value => GoBool(value) is null ? "it must be true or false" : null,
        [AnnotationNames.ProxyCpu] = Quantity,
        [AnnotationNames.ProxyCpuLimit] = Quantity,
        [AnnotationNames.ProxyMemory] = Quantity,
        [AnnotationNames.ProxyMemoryLimit] = Quantity,
    };

    /// <summary>What is wrong with a pod's annotations but proxy.istio.io/config, each with name and value.</summary>
    public static IEnumerable<string> Check(IReadOnlyDictionary<string, string> annotations)
    {
        foreach (var (name, value) in annotations)
        {
            if (Rules.TryGetValue(name, out var rule) && rule(value) is { } reason)
                yield return Message(name, value, reason);
        }
    }

    /// <summary>Reads proxy.istio.io/config; null where there is none.</summary>
    /// <exception cref="FormatException">It can't be read, or makes no ProxyConfig that a proxy could start with; says so with annotation and value.</exception>
    public static JsonObject? ReadProxyConfig(IReadOnlyDictionary<string, string> annotations, YamlParser yaml)
    {
        if (!annotations.TryGetValue(AnnotationNames.ProxyConfig, out var text))
            return null;
        JsonObject config;
        try
        {
            config = ProxyConfigReader.Read(yaml(text));
        }
        catch (FormatException fault)
        {
            throw new FormatException(Message(AnnotationNames.ProxyConfig, text, $"it is no proxy config: {fault.Message}"), fault);
        }

        var faults = ProxyConfigRules.Check(ProxyConfigs.Lay(ProxyConfigs.Defaults(), config, zerosOverride: true)).ToList();
        return faults.Count == 0 ? config : throw new FormatException(Message(AnnotationNames.ProxyConfig, text, string.Join("; ", faults)));
    }

    /// <summary>How a bad annotation is told; long values are cut.</summary>
    public static string Message(string name, string value, string reason)
    {
        const int longest = 200;
        var shown = value.Length <= longest ? value : value[..longest] + "…";
        return $"annotation {name} has the value '{shown}': {reason}";
    }

    /// <summary>A truth value in one of the spellings that Go's strconv.ParseBool takes; null for anything else.</summary>
    public static bool? GoBool(string? value) => value switch
    {
        "1" or "t" or "T" or "true" or "TRUE" or "True" => true,
        "0" or "f" or "F" or "false" or "FALSE" or "False" => false,
        _ => null,
    };

    /// <summary>Whether a text is a resource quantity of Kubernetes.</summary>
    public static bool IsQuantity(string value) => value.Length <= 64 && QuantityForm().IsMatch(value);

    private static string? Quantity(string value) => IsQuantity(value) ? null : "it must be a quantity such as 100m or 128Mi";

    private static string? Count(string value) =>
        uint.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out _) ? null : "it must be a whole number that is not negative";

    private static bool Port(string value) => ushort.TryParse(value.AsSpan().Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out _);

    private static string? Ports(string value)
    {
        if (value.AsSpan().Trim().IsEmpty)
            return null;
        var bad = value.Trim().Split(',').FirstOrDefault(port => !Port(port));
        return bad is null ? null : $"'{bad}' is not a port from 0 to 65535";
    }

    private static string? Ranges(string value)
    {
        if (value.Length == 0)
            return null;
        var bad = value.Split(',').FirstOrDefault(range => !IsRange(range));
        return bad is null ? null : $"'{bad}' is not an address range such as 10.0.0.0/8 (no spaces are allowed)";
    }

    private static bool IsRange(string text)
    {
        var slash = text.IndexOf('/', StringComparison.Ordinal);
        if (slash < 0 || !IPAddress.TryParse(text.AsSpan(0, slash), out var address) || text.AsSpan(0, slash).ContainsAny(" %[]"))
            return false;
        var v4 = address.AddressFamily == System.Net.Sockets.AddressFamily.InterNetwork;
        if (v4 && text.AsSpan(0, slash).Count('.') != 3)
            return false;
        var digits = text.AsSpan(slash + 1);
        return int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var length) && length <= (v4 ? 32 : 128)
            && (digits.Length == 1 || digits[0] != '0');
    }

    private static string? Interfaces(string value)
    {
        if (value.Length == 0)
            return null;
        var bad = value.Split(',').FirstOrDefault(name => name.Trim() is var trimmed && (trimmed.Length is 0 or > MaxInterfaceName || !InterfaceForm().IsMatch(trimmed)));
        return bad is null ? null : $"'{bad}' is not the name of a network interface (1 to {MaxInterfaceName} characters)";
    }

    [GeneratedRegex(@"^[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([numkMGTPE]|[KMGTPE]i|[eE][+-]?[0-9]{1,3})?\z", RegexOptions.CultureInvariant)]
    private static partial Regex QuantityForm();

    [GeneratedRegex(@"^[A-Za-z][A-Za-z0-9_.-]*\z", RegexOptions.CultureInvariant)]
    private static partial Regex InterfaceForm();
}
