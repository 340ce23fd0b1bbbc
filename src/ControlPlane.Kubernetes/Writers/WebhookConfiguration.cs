using System.Text.Json.Nodes;

namespace ControlPlane.Kubernetes.Writers;

/// <summary>What a MutatingWebhookConfiguration is to hold.</summary>
/// <param name="Labels">Labels that it must have; others on it stay.</param>
/// <param name="Webhooks">Its webhooks, all fields given, so that the server has none to fill in; others on it go.</param>
public sealed record WebhookConfiguration(IReadOnlyDictionary<string, string> Labels, JsonArray Webhooks);
