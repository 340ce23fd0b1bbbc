using System.Text.Json.Nodes;
using ControlPlane.Injection.Decision;

namespace ControlPlane.Injection.Configuration;

/// <summary>The chart values that injection reads (an Istio user keeps theirs), over the chart's defaults.</summary>
public sealed class ChartValues
{
    private ChartValues(JsonObject all)
    {
        All = all;
        var values = new ValueReader(all);
        Images = new ImageValues(values);
        Validation = new ValidationValues(values);
        Proxy = new ProxyValues(values);
        Mesh = new MeshValues(values);
        var revision = values.Text("revision");
        Scope = new WebhookScope(revision, values.List("revisionTags"), values.Flag("sidecarInjectorWebhook.enableNamespacesByDefault"));
        Policy = new InjectionPolicy(
            AutoInject(values.Text("global.proxy.autoInject")),
            values.Selectors("sidecarInjectorWebhook.neverInjectSelector"), values.Selectors("sidecarInjectorWebhook.alwaysInjectSelector"));
        InjectedAnnotations = values.Texts("sidecarInjectorWebhook.injectedAnnotations");
        RewriteProbes = values.Flag("sidecarInjectorWebhook.rewriteAppHTTPProbe");
        DefaultTemplates = values.List("sidecarInjectorWebhook.defaultTemplates");
        CustomTemplates = values.Texts("sidecarInjectorWebhook.templates");
        InjectionPath = values.Text("istiodRemote.injectionPath");
        InjectionUrl = values.Text("istiodRemote.injectionURL");
        ReinvocationPolicy = values.Text("sidecarInjectorWebhook.reinvocationPolicy");
        GatewaySecurityContext = values.MapWithoutNulls("gateways.securityContext");
    }

    /// <summary>The defaults alone.</summary>
    public static ChartValues Default { get; } = Read(null);

    /// <summary>Which webhooks the installation has, and its revision.</summary>
    public WebhookScope Scope { get; }

    /// <summary>The policy for pods that the webhook is asked about.</summary>
    public InjectionPolicy Policy { get; }

    /// <summary>The path of the webhook's URL, in which a remote cluster says cluster, network and other environment.</summary>
    public string InjectionPath { get; }

    /// <summary>The webhook's URL; "" where the API server is to ask the control plane's Service.</summary>
    public string InjectionUrl { get; }

    /// <summary>Whether the API server asks again after other webhooks have changed a pod: Never or IfNeeded.</summary>
    public string ReinvocationPolicy { get; }

    /// <summary>How the validating webhook is made known.</summary>
    public ValidationValues Validation { get; }

    internal JsonObject All { get; }

    internal ImageValues Images { get; }

    internal ProxyValues Proxy { get; }

    internal MeshValues Mesh { get; }

    internal IReadOnlyDictionary<string, string> InjectedAnnotations { get; }

    internal bool RewriteProbes { get; }

    internal IReadOnlyList<string> DefaultTemplates { get; }

    internal IReadOnlyDictionary<string, string> CustomTemplates { get; }

    internal JsonObject? GatewaySecurityContext { get; }

    /// <summary>Reads values.</summary>
    /// <param name="user">The user's own; null for none.</param>
    /// <exception cref="InvalidConfigurationException">A value is of the wrong kind.</exception>
    public static ChartValues Read(JsonObject? user) => new(ChartDefaults.Under(user));

    private static bool AutoInject(string value) => value switch
    {
        "enabled" => true,
        "disabled" => false,
        _ => throw new InvalidConfigurationException($"chart value global.proxy.autoInject: enabled or disabled is expected, not {value}"),
    };
}
