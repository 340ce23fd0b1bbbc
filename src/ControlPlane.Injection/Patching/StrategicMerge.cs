using System.Text.Json.Nodes;
using ControlPlane.Injection.Json;

namespace ControlPlane.Injection.Patching;

/// <summary>
/// Strategic merge patch of Kubernetes for pods: maps merge, null removes, lists of named things merge by their key, other lists are replaced.
/// Order follows the API machinery: what the patch has keeps the patch's order, what only the target has keeps its place before the next common
/// element and comes last otherwise.
/// </summary>
internal static class StrategicMerge
{
    private const string Directive = "$patch";

    // The patchMergeKey of pod fields, by name: no two fields of a pod with the same name differ in it.
    private static readonly Dictionary<string, string> KeyOf = new(StringComparer.Ordinal)
    {
        ["containers"] = "name", ["initContainers"] = "name", ["ephemeralContainers"] = "name", ["env"] = "name", ["volumes"] = "name",
        ["volumeMounts"] = "mountPath", ["volumeDevices"] = "devicePath", ["ports"] = "containerPort", ["imagePullSecrets"] = "name",
        ["hostAliases"] = "ip", ["topologySpreadConstraints"] = "topologyKey", ["ownerReferences"] = "uid", ["resourceClaims"] = "name",
        ["schedulingGates"] = "name", ["conditions"] = "type",
    };

    /// <summary>Lays a patch over a target and changes the target. The patch stays as it is.</summary>
    public static void Apply(JsonObject target, JsonObject patch)
    {
        foreach (var (name, value) in patch)
        {
            if (name == Directive)
                continue;
            switch (value)
            {
                case null:
                    target.Remove(name);
                    break;
                case JsonObject map when target[name] is JsonObject there:
                    ApplyMap(target, name, there, map);
                    break;
                case JsonArray list when target[name] is JsonArray there && KeyOf.TryGetValue(name, out var key) && IsOfMaps(list) && IsOfMaps(there):
                    target[name] = MergeLists(there, list, key);
                    break;
                case JsonArray list when target[name] is JsonArray there && name == "finalizers":
                    target[name] = JsonTree.Texts(there.Concat(list).Select(JsonTree.Printed).Distinct());
                    break;
                default:
                    target[name] = Clean(value);
                    break;
            }
        }
    }

    private static void ApplyMap(JsonObject parent, string name, JsonObject there, JsonObject patch)
    {
        switch (patch.Text(Directive))
        {
            case "replace":
                parent[name] = Clean(patch);
                break;
            case "delete":
                parent.Remove(name);
                break;
            default:
                Apply(there, patch);
                break;
        }
    }

    private static JsonArray MergeLists(JsonArray target, JsonArray patch, string key)
    {
        if (patch.Objects().Any(item => item.Text(Directive) == "replace"))
            return JsonTree.ListOf(patch.Objects().Where(item => item.Text(Directive) is null).Select(Clean));
        var old = target.OfType<JsonObject>().ToList();
        target.Clear();
        // Indexed, because both lists may be long: the first of several with the same key counts.
        var byKey = new Dictionary<string, JsonObject>(StringComparer.Ordinal);
        var ranks = new Dictionary<JsonObject, int>(ReferenceEqualityComparer.Instance);
        for (var i = 0; i < old.Count; i++)
        {
            ranks[old[i]] = i;
            if (old[i][key] is JsonValue value)
                byKey.TryAdd(JsonTree.Printed(value), old[i]);
        }

        var common = new List<JsonObject>(patch.Count);
        var moved = new HashSet<JsonObject>(ReferenceEqualityComparer.Instance);
        foreach (var item in patch.OfType<JsonObject>())
            Take(item, key, byKey, common, moved);
        return Interleave(old.FindAll(item => !moved.Contains(item)), common, ranks);
    }

    private static void Take(JsonObject item, string key, Dictionary<string, JsonObject> byKey, List<JsonObject> common, HashSet<JsonObject> moved)
    {
        var name = item[key] is JsonValue value ? JsonTree.Printed(value) : null;
        var match = name is null ? null : byKey.GetValueOrDefault(name);
        if (item.Text(Directive) == "delete")
        {
            if (match is not null)
                moved.Add(match);
        }
        else if (match is null)
        {
            var made = (JsonObject)Clean(item)!;
            common.Add(made);
            moved.Add(made);
            if (name is not null)
                byKey[name] = made;
        }
        else
        {
            Apply(match, item);
            if (moved.Add(match))
                common.Add(match);
        }
    }

    /// <summary>Puts what only the target had before the first common element that stood behind it.</summary>
    private static JsonArray Interleave(List<JsonObject> rest, List<JsonObject> common, Dictionary<JsonObject, int> ranks)
    {
        var result = new JsonArray();
        int i = 0, j = 0;
        while (i < rest.Count || j < common.Count)
        {
            var takesRest = j >= common.Count || (i < rest.Count && ranks.TryGetValue(common[j], out var rank) && ranks[rest[i]] < rank);
            result.Add((JsonNode)(takesRest ? rest[i++] : common[j++]));
        }

        return result;
    }

    private static bool IsOfMaps(JsonArray list)
    {
        foreach (var item in list)
        {
            if (item is not JsonObject)
                return false;
        }

        return true;
    }

    private static JsonNode? Clean(JsonNode? value)
    {
        var clean = JsonTree.WithoutNulls(value);
        (clean as JsonObject)?.Remove(Directive);
        return clean;
    }
}
