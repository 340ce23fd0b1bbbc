using System.Globalization;
using ControlPlane.Translation.Envoy.Listeners;
using ControlPlane.Translation.Features.Validation;

namespace ControlPlane.Translation.Features.AuthorizationPolicy;

/// <summary>Which values Istio accepts in rules of an AuthorizationPolicy.</summary>
internal static class ValueRules
{
    private const int MaxServiceAccounts = 16;
    private const int MaxServiceAccountLength = 320;
    private const int MaxPort = 65535;

    public static void CheckNotEmpty(IReadOnlyList<string> values, string path, Problems problems) => Check(values, path, problems, static _ => null);

    public static void CheckPorts(IReadOnlyList<string> values, string path, Problems problems) =>
        Check(values, path, problems, static v => Port(v) is null ? "a port from 0 to 65535 is required" : null);

    public static void CheckAddresses(IReadOnlyList<string> values, string path, Problems problems) =>
        Check(values, path, problems, static v => CidrRanges.ReadStrict(v) is null ? "an address or a network such as 10.0.0.0/8 is required" : null);

    public static void CheckPaths(IReadOnlyList<string> values, string path, Problems problems) => Check(values, path, problems, PathTemplates.Fault);

    public static void CheckServiceAccounts(IReadOnlyList<string> values, string path, Problems problems)
    {
        problems.Require(values.Count <= MaxServiceAccounts, path, $"no more than {MaxServiceAccounts} service accounts are taken");
        Check(values, path, problems, static v =>
        {
            var parts = v.Split('/');
            if (parts.Length > 2 || Array.Exists(parts, static p => p.Length == 0) || v.Contains('*', StringComparison.Ordinal))
                return "a service account or namespace/serviceAccount without wildcards is required";
            return v.Length > MaxServiceAccountLength ? $"a service account has no more than {MaxServiceAccountLength} characters" : null;
        });
    }

    public static void CheckTrustDomains(IReadOnlyList<string> values, string path, Problems problems) =>
        Check(values, path, problems, static v => v.Contains('/', StringComparison.Ordinal) ? "a trust domain has no /" : FaultOfWildcard(v));

    /// <summary>The values of a condition.</summary>
    public static void CheckCondition(string key, IReadOnlyList<string> values, string path, Problems problems)
    {
        switch (key)
        {
            case ConditionKeys.SourceIp or ConditionKeys.RemoteIp or ConditionKeys.DestinationIp:
                CheckAddresses(values, path, problems);
                break;
            case ConditionKeys.DestinationPort:
                CheckPorts(values, path, problems);
                break;
            case ConditionKeys.SourceServiceAccount:
                CheckServiceAccounts(values, path, problems);
                break;
            case ConditionKeys.SourceTrustDomain:
                Check(values, path, problems, FaultOfWildcard);
                break;
            default:
                CheckNotEmpty(values, path, problems);
                break;
        }
    }

    /// <summary>The number of a port; null for a text that is none.</summary>
    public static uint? Port(string text) =>
        uint.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var port) && port <= MaxPort ? port : null;

    private static string? FaultOfWildcard(string value)
    {
        var count = value.Count(static c => c == '*');
        return count > 1 || (count == 1 && value[0] != '*' && value[^1] != '*') ? "one wildcard is taken, at the beginning or the end" : null;
    }

    private static void Check(IReadOnlyList<string> values, string path, Problems problems, Func<string, string?> faultOf)
    {
        for (var i = 0; i < values.Count; i++)
        {
            if ((values[i].Length == 0 ? "a value is required" : faultOf(values[i])) is { } fault)
                problems.Error($"{path}[{i}]", values[i].Length == 0 ? fault : $"{fault}, found \"{values[i]}\"");
        }
    }
}
