using System.Text.Json.Nodes;
using ControlPlane.Injection.Configuration;
using ControlPlane.Injection.Decision;
using ControlPlane.Kubernetes.Writers;
using ControlPlane.Options;

namespace ControlPlane.Composition.Webhook;

/// <summary>
/// The MutatingWebhookConfigurations of revision and tags, as Istio's chart makes them. Failures of the webhook refuse the pod: one without
/// its proxy would be outside of the mesh's protection without a word. Namespaces of the system are selected by none.
/// </summary>
internal sealed class InjectionWebhooks(ChartValues values, ServerOptions options, WebhookTrust trust) : IWebhookConfigurations
{
    private readonly ILookup<string, WebhookEntry> _entries = WebhookSelectors.Entries(values.Scope).ToLookup(entry => entry.Configuration);

    /// <inheritdoc/>
    public event Action? Changed
    {
        add => trust.Changed += value;
        remove => trust.Changed -= value;
    }

    /// <inheritdoc/>
    public WebhookKind Kind => WebhookKind.Mutating;

    /// <inheritdoc/>
    public IReadOnlyList<string> Names => [.. _entries.Select(configuration => configuration.Key)];

    /// <inheritdoc/>
    public WebhookConfiguration? Wanted(string name)
    {
        if (trust.CaBundle is not { Length: > 0 } bundle)
            return null;
        var labels = new Dictionary<string, string> { ["app"] = "sidecar-injector", [WebhookSelectors.RevisionLabel] = values.Scope.RevisionName };
        if (values.Scope.Tags.FirstOrDefault(tag => WebhookSelectors.TagConfiguration(tag) == name) is { } tag)
            labels[WebhookSelectors.TagLabel] = tag;
        return new WebhookConfiguration(labels, new JsonArray([.. _entries[name].Select(entry => Webhook(entry, bundle))]));
    }

    private JsonObject Webhook(WebhookEntry entry, string bundle) => new()
    {
        ["name"] = entry.Name,
        ["clientConfig"] = WebhookJson.ClientConfig(
            bundle, options.Webhook.Url.Length > 0 ? options.Webhook.Url : values.InjectionUrl, (values.Scope.ServiceName, options.Source.RootNamespace, values.InjectionPath)),
        ["rules"] = new JsonArray(new JsonObject
        {
            ["operations"] = WebhookJson.Texts("CREATE"), ["apiGroups"] = WebhookJson.Texts(""), ["apiVersions"] = WebhookJson.Texts("v1"),
            ["resources"] = WebhookJson.Texts("pods"), ["scope"] = "*",
        }),
        ["failurePolicy"] = "Fail",
        ["matchPolicy"] = "Equivalent",
        ["namespaceSelector"] = WebhookJson.Selector(entry.Namespaces),
        ["objectSelector"] = WebhookJson.Selector(entry.Pods),
        // Events, which a dry run has not.
        ["sideEffects"] = "NoneOnDryRun",
        ["timeoutSeconds"] = WebhookJson.TimeoutSeconds,
        ["admissionReviewVersions"] = WebhookJson.Texts("v1"),
        ["reinvocationPolicy"] = values.ReinvocationPolicy,
    };
}
