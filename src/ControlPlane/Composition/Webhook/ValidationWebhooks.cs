using System.Text.Json.Nodes;
using ControlPlane.Injection.Configuration;
using ControlPlane.Injection.Decision;
using ControlPlane.Injection.Webhook;
using ControlPlane.Kubernetes.Writers;
using ControlPlane.Options;

namespace ControlPlane.Composition.Webhook;

/// <summary>
/// The ValidatingWebhookConfigurations of the revision, as Istio's charts make them. As long as nothing proves that the webhook is asked and
/// heeded, its failures let objects pass; from then on they refuse them.
/// </summary>
internal sealed class ValidationWebhooks(ChartValues values, ServerOptions options, WebhookTrust trust) : IWebhookConfigurations
{
    private const string Open = "Ignore";
    private const string Closed = "Fail";

    private readonly Dictionary<string, ValidationEntry> _entries =
        ValidationSelectors.Entries(values.Scope, options.Source.RootNamespace).ToDictionary(entry => entry.Configuration);

    private Action? _changed;
    private volatile bool _isProven;

    /// <inheritdoc/>
    public event Action? Changed
    {
        add
        {
            trust.Changed += value;
            _changed += value;
        }

        remove
        {
            trust.Changed -= value;
            _changed -= value;
        }
    }

    /// <inheritdoc/>
    public WebhookKind Kind => WebhookKind.Validating;

    /// <inheritdoc/>
    public IReadOnlyList<string> Names => values.Validation.IsOn ? [.. _entries.Keys] : [];

    /// <summary>Whether it is left to a proof when failures begin to refuse objects.</summary>
    public bool NeedsProof => values.Validation is { IsOn: true, FailurePolicy: "", CaBundle: "" } && !_isProven;

    /// <summary>The proof that the webhook is asked.</summary>
    public RefusalProbeOptions Proof => new()
    {
        Namespace = options.Source.RootNamespace,
        Labels = new Dictionary<string, string> { [WebhookSelectors.RevisionLabel] = values.Scope.RevisionName },
        Annotation = ValidationHandler.AlwaysRefused,
        Webhook = ValidationSelectors.RevisionWebhook,
    };

    /// <summary>From now on failures refuse objects.</summary>
    public void Close()
    {
        _isProven = true;
        _changed?.Invoke();
    }

    /// <inheritdoc/>
    public WebhookConfiguration? Wanted(string name)
    {
        var bundle = values.Validation.CaBundle.Length > 0 ? values.Validation.CaBundle : trust.CaBundle;
        if (bundle.Length == 0)
            return null;
        var entry = _entries[name];
        var labels = new Dictionary<string, string>
        {
            ["app"] = "istiod", ["istio"] = "istiod", [WebhookSelectors.RevisionLabel] = values.Scope.RevisionName,
        };
        if (entry.IsDefault)
            labels[WebhookSelectors.TagLabel] = WebhookScope.DefaultRevision;
        return new WebhookConfiguration(labels, new JsonArray(Webhook(entry, bundle)), StaysClosed: values.Validation.FailurePolicy.Length == 0);
    }

    private JsonObject Webhook(ValidationEntry entry, string bundle) => new()
    {
        ["name"] = entry.Name,
        ["clientConfig"] = WebhookJson.ClientConfig(
            bundle, options.Webhook.ValidationUrl.Length > 0 ? options.Webhook.ValidationUrl : values.Validation.Url,
            (values.Scope.ServiceName, options.Source.RootNamespace, ValidationEndpoints.Path)),
        ["rules"] = new JsonArray(new JsonObject
        {
            ["operations"] = WebhookJson.Texts("CREATE", "UPDATE"), ["apiGroups"] = WebhookJson.Texts(ValidationSelectors.Groups),
            ["apiVersions"] = WebhookJson.Texts("*"), ["resources"] = WebhookJson.Texts("*"), ["scope"] = "*",
        }),
        ["failurePolicy"] = Policy(),
        ["matchPolicy"] = "Equivalent",
        ["namespaceSelector"] = new JsonObject(),
        ["objectSelector"] = WebhookJson.Selector(entry.Objects),
        ["sideEffects"] = "None",
        ["timeoutSeconds"] = WebhookJson.TimeoutSeconds,
        ["admissionReviewVersions"] = WebhookJson.Texts("v1"),
    };

    private string Policy() => values.Validation switch
    {
        { CaBundle.Length: > 0 } => Closed,
        { FailurePolicy: { Length: > 0 } asked } => asked,
        _ => _isProven ? Closed : Open,
    };
}
