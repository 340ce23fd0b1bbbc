using ControlPlane.Translation.Features.Validation;
using Istio.Extensions.V1Alpha1;

namespace ControlPlane.Translation.Features.TrafficExtension;

/// <summary>What Istio's validation demands of a Wasm module.</summary>
internal static class WasmRules
{
    private const int HashLength = 64;
    private const int MaxSecretLength = 253;
    private const int MaxNameLength = 256;

    private static readonly string[] Schemes = ["", "file", "http", "https", "oci"];

    /// <summary>Notes what is wrong with a module.</summary>
    /// <param name="wasm">The module.</param>
    /// <param name="path">Its path in the object.</param>
    /// <param name="problems">Takes what is wrong.</param>
    public static void Check(WasmConfig wasm, string path, Problems problems)
    {
        CheckUrl(wasm.Url, $"{path}.url", problems);
        problems.Require(
            wasm.Sha256.Length == 0 || (wasm.Sha256.Length == HashLength && wasm.Sha256.All(char.IsAsciiHexDigitLower)),
            $"{path}.sha256", $"{HashLength} hexadecimal digits in lower case are required");
        problems.Require(wasm.ImagePullSecret.Length <= MaxSecretLength, $"{path}.imagePullSecret", $"it has more than {MaxSecretLength} characters");
        problems.Require(wasm.PluginName.Length <= MaxNameLength, $"{path}.pluginName", $"it has more than {MaxNameLength} characters");
        if (wasm.VerificationKey.Length > 0)
            problems.Warn($"{path}.verificationKey", "it has no effect: modules are not verified by a key");
        CheckEnvironment(wasm.VmConfig, $"{path}.vmConfig", problems);
    }

    /// <summary>Notes what is wrong with the traffic that is matched.</summary>
    public static void CheckMatch(IReadOnlyList<TrafficSelector> match, Problems problems)
    {
        for (var i = 0; i < match.Count; i++)
        {
            for (var j = 0; j < match[i].Ports.Count; j++)
                problems.Require(NameRules.IsPort(match[i].Ports[j].Number), $"spec.match[{i}].ports[{j}].number", $"{match[i].Ports[j].Number} is no port");
        }
    }

    /// <summary>Scheme of a URL in lower case, "" where it has none; null for a text that is no URL.</summary>
    public static string? Scheme(string url)
    {
        var colon = url.IndexOf(':', StringComparison.Ordinal);
        var slash = url.IndexOf('/', StringComparison.Ordinal);
        if (url.AsSpan().ContainsAnyInRange('\0', ' ') || url.Contains('\x7f', StringComparison.Ordinal) || colon == 0)
            return null;
        if (colon < 0 || (slash >= 0 && slash < colon))
            return "";
        var scheme = url[..colon];
        if (!scheme.All(static c => char.IsAsciiLetterOrDigit(c) || c is '+' or '-' or '.'))
            return null;
        // 10.0.0.1:5000/module: what precedes the colon is no scheme, nor may it be a path.
        return char.IsAsciiLetter(scheme[0]) ? scheme.ToLowerInvariant() : null;
    }

    private static void CheckUrl(string url, string field, Problems problems)
    {
        if (url.Length == 0)
            problems.Error(field, "it is required");
        else if (Scheme(url) is not { } scheme)
            problems.Error(field, $"'{url}' is no URL; the scheme oci:// may be missing");
        else if (!Schemes.Contains(scheme))
            problems.Error(field, $"the scheme '{scheme}' is not supported: file, http, https or oci is required");
    }

    private static void CheckEnvironment(VmConfig? vm, string path, Problems problems)
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        for (var i = 0; vm is not null && i < vm.Env.Count; i++)
        {
            var (variable, field) = (vm.Env[i], $"{path}.env[{i}]");
            problems.Require(variable.Name.Length > 0, $"{field}.name", "it is required");
            problems.Require(variable.Name.Length <= MaxNameLength, $"{field}.name", $"it has more than {MaxNameLength} characters");
            problems.Require(names.Add(variable.Name), $"{field}.name", $"{variable.Name} is given twice");
            problems.Require(variable.ValueFrom == EnvValueSource.Inline || variable.Value.Length == 0, $"{field}.value", "a value may be given with valueFrom INLINE alone");
        }
    }
}
