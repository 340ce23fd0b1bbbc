namespace ControlPlane.Injection.Decision;

/// <summary>One webhook of a MutatingWebhookConfiguration.</summary>
/// <param name="Configuration">Name of the configuration object.</param>
/// <param name="Prefix">What tells it from the others there, with a dot at the end.</param>
/// <param name="Namespaces">Its namespaceSelector.</param>
/// <param name="Pods">Its objectSelector.</param>
public sealed record WebhookEntry(string Configuration, string Prefix, LabelSelector Namespaces, LabelSelector Pods)
{
    private const string Suffix = "sidecar-injector.istio.io";

    /// <summary>The webhook's own name.</summary>
    public string Name => Prefix + Suffix;
}
