using System.Globalization;
using System.Text.Json.Nodes;

namespace ControlPlane.Kubernetes.Writers.Statuses;

/// <summary>Edits status.conditions. Conditions of other types, and their order, stay.</summary>
public static class StatusConditions
{
    private const string Field = "conditions";

    /// <summary>Whether a status has a condition of a type.</summary>
    public static bool Has(JsonObject status, string type) => Find(status, type) is not null;

    /// <summary>Sets a condition; the time of its last transition stays where its value does, as Kubernetes asks of writers.</summary>
    /// <param name="status">The status, edited in place.</param>
    /// <param name="condition">The condition.</param>
    /// <param name="now">The time.</param>
    public static void Set(JsonObject status, StatusCondition condition, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(status);
        ArgumentNullException.ThrowIfNull(condition);
        if (status[Field] is not JsonArray conditions)
            status[Field] = conditions = [];
        var old = Find(status, condition.Type);
        var value = condition.Status.ToString();
        var since = old is not null && Text(old, "status") == value ? Text(old, "lastTransitionTime") : "";
        // Old API servers take an empty text for null and refuse it: what is empty is left out.
        var entry = new JsonObject { ["type"] = condition.Type, ["status"] = value };
        if (condition.Reason.Length > 0)
            entry["reason"] = condition.Reason;
        if (condition.Message.Length > 0)
            entry["message"] = condition.Message.Length <= StatusCondition.MaxMessage ? condition.Message : condition.Message[..StatusCondition.MaxMessage];
        entry["lastTransitionTime"] = since.Length > 0 ? since : now.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture);
        if (condition.ObservedGeneration is { } generation)
            entry["observedGeneration"] = generation;
        if (old is null)
            conditions.Add(entry);
        else if (!JsonNode.DeepEquals(old, entry))
            conditions[conditions.IndexOf(old)] = entry;
    }

    /// <summary>Takes away a condition.</summary>
    public static void Remove(JsonObject status, string type)
    {
        if (Find(status, type) is { } old)
            ((JsonArray)status[Field]!).Remove(old);
    }

    private static JsonObject? Find(JsonObject status, string type) =>
        (status[Field] as JsonArray)?.OfType<JsonObject>().FirstOrDefault(condition => Text(condition, "type") == type);

    private static string Text(JsonObject value, string field) => value[field] is JsonValue text && text.TryGetValue<string>(out var found) ? found : "";
}
