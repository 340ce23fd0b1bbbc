using ControlPlane.Injection.Names;

namespace ControlPlane.Injection.Decision;

/// <summary>
/// The ValidatingWebhookConfigurations of an installation, named as Istio's charts do (istio-discovery and default): one for objects that
/// name the revision; where it is the default one, or bears the tag default, a second one for objects that name none.
/// </summary>
public static class ValidationSelectors
{
    /// <summary>The webhook for objects of the revision.</summary>
    public const string RevisionWebhook = "rev.validation.istio.io";

    private const string DefaultWebhook = "validation.istio.io";
    private const string DefaultConfiguration = "istiod-default-validator";

    /// <summary>The API groups whose objects are checked.</summary>
    public static IReadOnlyList<string> Groups { get; } = ["security.istio.io", "networking.istio.io", "telemetry.istio.io", "extensions.istio.io"];

    /// <summary>The configurations.</summary>
    /// <param name="scope">The installation.</param>
    /// <param name="rootNamespace">Namespace of the control plane.</param>
    public static IReadOnlyList<ValidationEntry> Entries(WebhookScope scope, string rootNamespace)
    {
        ArgumentNullException.ThrowIfNull(scope);
        var isDefault = scope.RevisionName == WebhookScope.DefaultRevision;
        var name = isDefault ? $"istio-validator-{rootNamespace}" : $"istio-validator-{scope.Revision}-{rootNamespace}";
        var entries = new List<ValidationEntry>
        {
            new(name, RevisionWebhook, new([new(LabelNames.Revision, SelectorOperator.In, [scope.RevisionName])]), IsDefault: false),
        };
        if (isDefault || scope.Tags.Contains(WebhookScope.DefaultRevision))
            entries.Add(new(DefaultConfiguration, DefaultWebhook, new([new(LabelNames.Revision, SelectorOperator.DoesNotExist, [])]), IsDefault: true));
        return entries;
    }
}
