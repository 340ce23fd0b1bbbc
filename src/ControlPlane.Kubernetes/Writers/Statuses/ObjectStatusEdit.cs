using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using ControlPlane.Model.Collections;
using ControlPlane.Model.Statuses;

namespace ControlPlane.Kubernetes.Writers.Statuses;

/// <summary>Edits a status to say what was found. Fields, conditions and entries of other writers stay, as does their order.</summary>
internal static class ObjectStatusEdit
{
    private const string Group = "gateway.networking.k8s.io";

    /// <summary>The edit.</summary>
    public static StatusEdit Of(ObjectStatus wanted) => (status, now) =>
    {
        SetConditions(status, wanted.Conditions, wanted.Generation, now);
        foreach (var type in wanted.Withdrawn)
            StatusConditions.Remove(status, type);
        if (!wanted.Addresses.IsEmpty)
            status["addresses"] = new JsonArray([.. wanted.Addresses.Select(Address)]);
        if (wanted.Listeners is { } listeners)
            SetListeners(status, listeners, wanted.Generation, now);
        if (wanted.AttachedListenerSets is { } sets)
            status["attachedListenerSets"] = sets;
        else
            status.Remove("attachedListenerSets");
        if (wanted.ReferencesField.Length > 0)
            SetReferences(status, wanted, now);
    };

    private static void SetConditions(JsonObject holder, EquatableArray<ConditionFinding> conditions, long generation, DateTimeOffset now)
    {
        foreach (var found in conditions)
        {
            StatusConditions.Set(
                holder,
                new StatusCondition(found.Type, found.Holds ? ConditionStatus.True : ConditionStatus.False, found.Reason, found.Message) { ObservedGeneration = generation > 0 ? generation : null },
                now);
        }
    }

    private static JsonObject Address(string address) => new() { ["type"] = IPAddress.TryParse(address, out _) ? "IPAddress" : "Hostname", ["value"] = address };

    private static void SetListeners(JsonObject status, EquatableArray<ListenerFinding> listeners, long generation, DateTimeOffset now)
    {
        var old = Objects(status, "listeners");
        var entries = new JsonArray();
        foreach (var listener in listeners)
        {
            var entry = (JsonObject?)old.Find(o => Text(o, "name") == listener.Name)?.DeepClone() ?? new JsonObject { ["name"] = listener.Name };
            entry["supportedKinds"] = new JsonArray([.. listener.Kinds.Select(static k => new JsonObject { ["group"] = Group, ["kind"] = k })]);
            entry["attachedRoutes"] = listener.Routes;
            SetConditions(entry, listener.Conditions, generation, now);
            entries.Add(entry);
        }

        status["listeners"] = entries;
    }

    private static void SetReferences(JsonObject status, ObjectStatus wanted, DateTimeOffset now)
    {
        var missing = wanted.References.Select(r => (Finding: r, Reference: JsonNode.Parse(r.ReferenceJson)!)).ToList();
        var entries = new JsonArray();
        foreach (var old in Objects(status, wanted.ReferencesField))
        {
            var index = missing.FindIndex(m => m.Finding.Controller == Text(old, "controllerName") && JsonNode.DeepEquals(m.Reference, old[wanted.ReferenceField]));
            if (index < 0)
            {
                if (!wanted.Controllers.Contains(Text(old, "controllerName")))
                    entries.Add(old.DeepClone());
                continue;
            }

            var entry = (JsonObject)old.DeepClone();
            SetConditions(entry, missing[index].Finding.Conditions, wanted.Generation, now);
            entries.Add(entry);
            missing.RemoveAt(index);
        }

        foreach (var (finding, reference) in missing)
        {
            var entry = new JsonObject { [wanted.ReferenceField] = reference, ["controllerName"] = finding.Controller };
            SetConditions(entry, finding.Conditions, wanted.Generation, now);
            entries.Add(entry);
        }

        // An object that never was any parent's needs no status.
        if (entries.Count > 0 || status[wanted.ReferencesField] is not null)
            status[wanted.ReferencesField] = entries;
    }

    private static List<JsonObject> Objects(JsonObject status, string field) => [.. (status[field] as JsonArray)?.OfType<JsonObject>() ?? []];

    private static string Text(JsonObject value, string field) => value[field] is JsonValue text && text.GetValueKind() == JsonValueKind.String ? text.GetValue<string>() : "";
}
