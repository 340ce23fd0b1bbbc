namespace ControlPlane.Kubernetes.Writers;

/// <summary>The two kinds of webhook configurations.</summary>
public enum WebhookKind
{
    /// <summary>MutatingWebhookConfiguration: its webhooks may change objects.</summary>
    Mutating,

    /// <summary>ValidatingWebhookConfiguration: its webhooks may refuse objects.</summary>
    Validating,
}
