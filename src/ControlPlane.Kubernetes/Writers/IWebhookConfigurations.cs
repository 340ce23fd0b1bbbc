namespace ControlPlane.Kubernetes.Writers;

/// <summary>The webhook configurations of one kind that a cluster is to have.</summary>
public interface IWebhookConfigurations
{
    /// <summary>Their kind.</summary>
    WebhookKind Kind { get; }

    /// <summary>Their names; the same as long as the process lives.</summary>
    IReadOnlyList<string> Names { get; }

    /// <summary>Raised after what they are to hold has changed. Handlers return at once.</summary>
    event Action? Changed;

    /// <summary>What one of them is to hold now; null as long as that is not known, and then it is left alone.</summary>
    /// <param name="name">One of <see cref="Names"/>.</param>
    WebhookConfiguration? Wanted(string name);
}
