using System.Text.Json.Nodes;

namespace ControlPlane.Kubernetes.Writers;

/// <summary>What a webhook configuration is to hold.</summary>
/// <param name="Labels">Labels that it must have; others on it stay.</param>
/// <param name="Webhooks">Its webhooks, all fields given, so that the server has none to fill in; others on it go.</param>
/// <param name="StaysClosed">Whether a webhook there whose failurePolicy is Fail already keeps it, whatever <paramref name="Webhooks"/> say.</param>
public sealed record WebhookConfiguration(IReadOnlyDictionary<string, string> Labels, JsonArray Webhooks, bool StaysClosed = false)
{
    private const string Policy = "failurePolicy";
    private const string Closed = "Fail";

    /// <summary>What is wanted of an object that is there.</summary>
    internal WebhookConfiguration Over(JsonObject current)
    {
        if (!StaysClosed)
            return this;
        var webhooks = (JsonArray)Webhooks.DeepClone();
        foreach (var webhook in webhooks.OfType<JsonObject>())
        {
            var there = (current["webhooks"] as JsonArray)?.OfType<JsonObject>().FirstOrDefault(one => one["name"]?.ToString() == webhook["name"]?.ToString());
            if (there?[Policy]?.ToString() == Closed)
                webhook[Policy] = Closed;
        }

        return this with { Webhooks = webhooks };
    }
}
