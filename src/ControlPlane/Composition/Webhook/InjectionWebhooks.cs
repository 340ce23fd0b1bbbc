using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
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
internal sealed class InjectionWebhooks(ChartValues values, ServerOptions options, IRootCertificates roots) : IWebhookConfigurations
{
    private const string TagLabel = "istio.io/tag";
    private const int ServicePort = 443;

    // Kubernetes' own default; the chart leaves it.
    private const int TimeoutSeconds = 10;

    private readonly ILookup<string, WebhookEntry> _entries = WebhookSelectors.Entries(values.Scope).ToLookup(entry => entry.Configuration);
    private string _fileBundle = "";

    /// <inheritdoc/>
    public event Action? Changed
    {
        add => roots.Changed += value;
        remove => roots.Changed -= value;
    }

    /// <inheritdoc/>
    public IReadOnlyList<string> Names => [.. _entries.Select(configuration => configuration.Key)];

    /// <summary>Name of the lock under which they are written.</summary>
    public string LockName => WebhookConfigurationOptions.LockName + Suffix;

    private string Suffix => values.Scope.RevisionName == WebhookScope.DefaultRevision ? "" : $"-{values.Scope.Revision}";

    /// <inheritdoc/>
    public WebhookConfiguration? Wanted(string name)
    {
        if (Bundle() is not { Length: > 0 } bundle)
            return null;
        var labels = new Dictionary<string, string> { ["app"] = "sidecar-injector", [WebhookSelectors.RevisionLabel] = values.Scope.RevisionName };
        if (values.Scope.Tags.FirstOrDefault(tag => WebhookSelectors.TagConfiguration(tag) == name) is { } tag)
            labels[TagLabel] = tag;
        return new WebhookConfiguration(labels, new JsonArray([.. _entries[name].Select(entry => Webhook(entry, bundle))]));
    }

    private JsonObject Webhook(WebhookEntry entry, string bundle) => new()
    {
        ["name"] = entry.Name,
        ["clientConfig"] = ClientConfig(bundle),
        ["rules"] = new JsonArray(new JsonObject
        {
            ["operations"] = Texts("CREATE"), ["apiGroups"] = Texts(""), ["apiVersions"] = Texts("v1"), ["resources"] = Texts("pods"), ["scope"] = "*",
        }),
        ["failurePolicy"] = "Fail",
        ["matchPolicy"] = "Equivalent",
        ["namespaceSelector"] = Selector(entry.Namespaces),
        ["objectSelector"] = Selector(entry.Pods),
        ["sideEffects"] = "None",
        ["timeoutSeconds"] = TimeoutSeconds,
        ["admissionReviewVersions"] = Texts("v1"),
        ["reinvocationPolicy"] = values.ReinvocationPolicy,
    };

    private JsonObject ClientConfig(string bundle)
    {
        var result = new JsonObject { ["caBundle"] = Convert.ToBase64String(Encoding.UTF8.GetBytes(bundle)) };
        var url = options.Webhook.Url.Length > 0 ? options.Webhook.Url : values.InjectionUrl;
        if (url.Length > 0)
        {
            result["url"] = url;
            return result;
        }

        result["service"] = new JsonObject
        {
            ["name"] = "istiod" + Suffix, ["namespace"] = options.Source.RootNamespace, ["path"] = values.InjectionPath, ["port"] = ServicePort,
        };
        return result;
    }

    /// <summary>By what the API server knows the webhook: the mesh's roots, or the certificates of the files that it was given.</summary>
    private string Bundle()
    {
        if (options.Webhook.CertificateFile.Length == 0)
            return roots.Pem;
        try
        {
            var chain = new X509Certificate2Collection();
            chain.ImportFromPemFile(options.Webhook.CertificateFile);
            _fileBundle = chain.ExportCertificatePems();
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException or CryptographicException)
        {
            // While it is being replaced, what it held before.
        }

        return _fileBundle;
    }

    private static JsonObject Selector(LabelSelector selector) => new()
    {
        ["matchExpressions"] = new JsonArray([.. selector.Requirements.Select(Requirement)]),
    };

    private static JsonObject Requirement(SelectorRequirement requirement)
    {
        var result = new JsonObject { ["key"] = requirement.Key, ["operator"] = requirement.Operator.ToString() };
        if (requirement.Values.Count > 0)
            result["values"] = Texts([.. requirement.Values]);
        return result;
    }

    private static JsonArray Texts(params string[] texts) => [.. texts.Select(text => (JsonNode)text)];
}
