namespace ControlPlane.Injection.Decision;

/// <summary>One ValidatingWebhookConfiguration with its only webhook.</summary>
/// <param name="Configuration">Name of the configuration object.</param>
/// <param name="Name">The webhook's own name.</param>
/// <param name="Objects">Its objectSelector.</param>
/// <param name="IsDefault">Whether it is for objects that name no revision.</param>
public sealed record ValidationEntry(string Configuration, string Name, LabelSelector Objects, bool IsDefault);
