using ControlPlane.Injection.Names;

namespace ControlPlane.Injection.Decision;

/// <summary>
/// The selectors of the webhook configurations, which the API server goes by before it asks the injector. The same entries make the
/// MutatingWebhookConfiguration and, for tests and explanations, the decision here.
/// </summary>
public static class WebhookSelectors
{
    /// <summary>The label of a configuration that names its revision.</summary>
    public const string RevisionLabel = LabelNames.Revision;

    /// <summary>The label of a webhook configuration that belongs to a tag of the revision.</summary>
    public const string TagLabel = "istio.io/tag";

    private const string NamespaceName = "kubernetes.io/metadata.name";

    private static readonly SelectorRequirement NotRefused = new(LabelNames.Inject, SelectorOperator.NotIn, ["false"]);
    private static readonly SelectorRequirement NoNamespaceInjection = new(LabelNames.NamespaceInjection, SelectorOperator.DoesNotExist, []);
    private static readonly SelectorRequirement NoRevision = new(LabelNames.Revision, SelectorOperator.DoesNotExist, []);

    // Whatever labels they bear: their pods must start while the webhook can't be reached, and the injector would refuse them anyway.
    private static readonly SelectorRequirement NotSystem = new(NamespaceName, SelectorOperator.NotIn, SystemNamespaces.Names);

    /// <summary>All entries of an installation, in the order in which the API server would ask.</summary>
    public static IReadOnlyList<WebhookEntry> Entries(WebhookScope scope)
    {
        ArgumentNullException.ThrowIfNull(scope);
        var entries = new List<WebhookEntry>();
        var configuration = scope.RevisionName == WebhookScope.DefaultRevision ? "istio-sidecar-injector" : $"istio-sidecar-injector-{scope.Revision}";
        AddRevision(entries, configuration, scope.RevisionName, scope.NamespacesByDefault);
        foreach (var tag in scope.Tags)
            AddRevision(entries, TagConfiguration(tag), tag, scope.NamespacesByDefault);
        return entries;
    }

    /// <summary>Name of the configuration of a revision tag.</summary>
    public static string TagConfiguration(string tag) => $"istio-revision-tag-{tag}";

    /// <summary>The first entry that selects a pod, or null.</summary>
    /// <param name="scope">The installation.</param>
    /// <param name="namespaceName">The pod's namespace.</param>
    /// <param name="namespaceLabels">Labels of that namespace.</param>
    /// <param name="podLabels">Labels of the pod.</param>
    public static WebhookEntry? Match(
        WebhookScope scope, string namespaceName, IReadOnlyDictionary<string, string> namespaceLabels, IReadOnlyDictionary<string, string> podLabels)
    {
        // Every API server puts the name there; a namespace from a file may lack it.
        var labels = new Dictionary<string, string>(namespaceLabels, StringComparer.Ordinal) { [NamespaceName] = namespaceName };
        return Entries(scope).FirstOrDefault(entry => entry.Namespaces.Matches(labels) && entry.Pods.Matches(podLabels));
    }

    private static void AddRevision(List<WebhookEntry> entries, string configuration, string revision, bool byDefault)
    {
        var isRevision = new SelectorRequirement(LabelNames.Revision, SelectorOperator.In, [revision]);
        entries.Add(new(configuration, "rev.namespace.", new([isRevision, NoNamespaceInjection, NotSystem]), new([NotRefused])));
        entries.Add(new(configuration, "rev.object.", new([NoRevision, NoNamespaceInjection, NotSystem]), new([NotRefused, isRevision])));
        if (revision != WebhookScope.DefaultRevision)
            return;
        var isEnabled = new SelectorRequirement(LabelNames.NamespaceInjection, SelectorOperator.In, ["enabled"]);
        var isAsked = new SelectorRequirement(LabelNames.Inject, SelectorOperator.In, ["true"]);
        entries.Add(new(configuration, "namespace.", new([isEnabled, NotSystem]), new([NotRefused])));
        entries.Add(new(configuration, "object.", new([NoNamespaceInjection, NoRevision, NotSystem]), new([isAsked, NoRevision])));
        if (!byDefault)
            return;
        var saysNothing = new SelectorRequirement(LabelNames.Inject, SelectorOperator.DoesNotExist, []);
        entries.Add(new(configuration, "auto.", new([NoNamespaceInjection, NoRevision, NotSystem]), new([saysNothing, NoRevision])));
    }
}
