using System.Text.Json.Nodes;

namespace ControlPlane.Injection.Sidecar;

/// <summary>Gathers environment variables of a container.</summary>
internal sealed class EnvironmentList
{
    public JsonArray Items { get; } = [];

    /// <summary>A variable with a text; an empty one is left out of the object, as the API does.</summary>
    public EnvironmentList Text(string name, string value)
    {
        var item = new JsonObject { ["name"] = name };
        if (value.Length > 0)
            item["value"] = value;
        Items.Add((JsonNode)item);
        return this;
    }

    /// <summary>A variable that the kubelet fills from a field of the pod.</summary>
    public EnvironmentList Field(string name, string path)
    {
        Items.Add((JsonNode)new JsonObject
        {
            ["name"] = name,
            ["valueFrom"] = new JsonObject { ["fieldRef"] = new JsonObject { ["fieldPath"] = path } },
        });
        return this;
    }

    /// <summary>A variable that the kubelet fills from a resource of the container, in its base unit.</summary>
    public EnvironmentList Resource(string name, string resource)
    {
        Items.Add((JsonNode)new JsonObject
        {
            ["name"] = name,
            ["valueFrom"] = new JsonObject { ["resourceFieldRef"] = new JsonObject { ["resource"] = resource, ["divisor"] = "1" } },
        });
        return this;
    }

    /// <summary>A variable with a text, unless that is empty.</summary>
    public EnvironmentList TextIfAny(string name, string value) => value.Length == 0 ? this : Text(name, value);

    /// <summary>Variables of a map, by name.</summary>
    public EnvironmentList All(IEnumerable<KeyValuePair<string, string>> variables)
    {
        foreach (var (name, value) in variables)
            Text(name, value);
        return this;
    }
}
