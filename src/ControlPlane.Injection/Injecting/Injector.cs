using System.Text.Json.Nodes;
using ControlPlane.Injection.Configuration;
using ControlPlane.Injection.Decision;
using ControlPlane.Injection.Json;
using ControlPlane.Injection.Patching;
using ControlPlane.Injection.Pods;

namespace ControlPlane.Injection.Injecting;

/// <summary>Injects pods. Without state: may be used by any number of threads at once.</summary>
public sealed class Injector
{
    private readonly TemplateCatalog _templates;

    /// <summary>Makes an injector.</summary>
    /// <param name="settings">What it goes by.</param>
    /// <exception cref="InvalidConfigurationException">A template of the chart values can't be used.</exception>
    public Injector(InjectorSettings settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        Settings = settings with { ProxyConfigs = EffectiveProxyConfig.Sort(settings.ProxyConfigs) };
        _templates = new TemplateCatalog(settings.Values, settings.Yaml);
    }

    /// <summary>What it goes by.</summary>
    public InjectorSettings Settings { get; }

    /// <summary>Decides on a pod and injects it. Whatever the pod holds, the outcome is data: nothing is thrown.</summary>
    public InjectionOutcome Inject(InjectionRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        var name = NameOf(request);
        if (PodShape.Check(request.Pod, "Pod") is { } fault)
            return InjectionOutcome.Refused($"pod {name}: {fault}");
        var facts = Facts(request);
        var policy = request.FromFile ? InjectionPolicy.Default : Settings.Values.Policy;
        var decision = InjectionDecider.Decide(facts, policy);
        if (!decision.Inject)
            return InjectionOutcome.LeftAlone(decision);
        try
        {
            var run = new InjectionRun(Settings, _templates, request, facts);
            return InjectionOutcome.Injected(decision, run.Execute(), Warning(request, name, run.Warnings));
        }
        catch (FormatException refusal)
        {
            return InjectionOutcome.Refused($"pod {name}: {refusal.Message}", decision);
        }
    }

    /// <summary>The operations that turn a pod into the injected one; none where nothing differs.</summary>
    public static JsonArray Patch(JsonObject original, JsonObject injected) => JsonPatch.Between(original, injected);

    /// <summary>Namespace and name of a pod, the generated name's beginning where it has none yet.</summary>
    public static string NameOf(InjectionRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        var metadata = request.Pod.Object("metadata");
        var name = metadata.Text("name") is { Length: > 0 } own ? own
            : metadata.Text("generateName") is { Length: > 0 } beginning ? beginning + "*" : request.Owner?.Name ?? "";
        var ns = metadata.Text("namespace") is { Length: > 0 } given ? given : request.Namespace;
        return ns.Length == 0 ? name : $"{ns}/{name}";
    }

    private static PodFacts Facts(InjectionRequest request)
    {
        var metadata = request.Pod.Object("metadata");
        var ns = metadata.Text("namespace") is { Length: > 0 } own ? own : request.Namespace;
        return new(ns, metadata.TextMap("labels"), metadata.TextMap("annotations"), request.Pod.Object("spec").IsTrue("hostNetwork"));
    }

    private static string? Warning(InjectionRequest request, string name, IReadOnlyList<string> ofTemplates)
    {
        List<string> warnings = [.. ofTemplates];
        if (request.Pod.Object("spec").Text("dnsPolicy") is { Length: > 0 } policy && policy != "ClusterFirst")
            warnings.Insert(0, $"dnsPolicy is {policy}, so that the proxy may not find the control plane by its name");
        return warnings.Count == 0 ? null : $"pod {name}: {string.Join("; ", warnings)}";
    }
}
