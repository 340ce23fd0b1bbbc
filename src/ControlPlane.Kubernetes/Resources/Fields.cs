using System.Text.Json;
using ControlPlane.Model.Collections;

namespace ControlPlane.Kubernetes.Resources;

/// <summary>
/// Reads the fields of one JSON object and knows its path, so that a fault names the field. As in the API server null means
/// absent, and types are strict: a number is no string.
/// </summary>
internal readonly struct Fields
{
    private readonly JsonElement _object;
    private readonly string _path;
    private readonly FaultList _faults;

    public Fields(JsonElement value, string path, FaultList faults)
    {
        _path = path;
        _faults = faults;
        _object = default;
        if (value.ValueKind == JsonValueKind.Object)
            _object = value;
        else if (value.ValueKind is not (JsonValueKind.Undefined or JsonValueKind.Null))
            Wrong(path, "an object", value);
    }

    /// <summary>Whether the object is written.</summary>
    public bool Exists => _object.ValueKind == JsonValueKind.Object;

    /// <summary>The object within a field; one that does not exist where the field is absent.</summary>
    public Fields Object(string name) => new(Value(name), Path(name), _faults);

    /// <summary>The objects of an array.</summary>
    public List<Fields> Objects(string name)
    {
        var result = new List<Fields>();
        var index = 0;
        foreach (var item in Array(name))
            result.Add(new Fields(item, $"{Path(name)}[{index++}]", _faults));
        return result;
    }

    /// <summary>A string; <paramref name="absent"/> where the field is absent.</summary>
    public string Text(string name, string absent = "") => TextOrNull(name) ?? absent;

    /// <summary>A string; null where the field is absent.</summary>
    public string? TextOrNull(string name)
    {
        var value = Value(name);
        if (value.ValueKind == JsonValueKind.String)
            return String(value, this, name);
        if (value.ValueKind != JsonValueKind.Undefined)
            Wrong(Path(name), "a string", value);
        return null;
    }

    /// <summary>A whole number of 32 bits; null where the field is absent.</summary>
    public int? Integer(string name)
    {
        var value = Value(name);
        if (value.ValueKind == JsonValueKind.Undefined)
            return null;
        if (value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out var number))
            return number;
        Wrong(Path(name), "a whole number of 32 bits", value);
        return null;
    }

    /// <summary>A port number from 1 to 65535; null where the field is absent.</summary>
    public int? Port(string name)
    {
        if (Integer(name) is not { } port)
            return null;
        if (port is < 1 or > 65535)
            Invalid(name, $"must be a port from 1 to 65535, is {port}");
        return port;
    }

    /// <summary>A port number from 1 to 65535 that must be there; 0 where it is not, or is none.</summary>
    public int RequiredPort(string name)
    {
        if (Value(name).ValueKind == JsonValueKind.Undefined)
            Invalid(name, "is required");
        return Port(name) ?? 0;
    }

    /// <summary>true or false; null where the field is absent.</summary>
    public bool? Boolean(string name)
    {
        var value = Value(name);
        if (value.ValueKind is JsonValueKind.True or JsonValueKind.False)
            return value.GetBoolean();
        if (value.ValueKind != JsonValueKind.Undefined)
            Wrong(Path(name), "true or false", value);
        return null;
    }

    /// <summary>The strings of an array.</summary>
    public EquatableArray<string> Texts(string name)
    {
        var result = new List<string>();
        foreach (var item in Array(name))
        {
            if (item.ValueKind == JsonValueKind.String)
            {
                result.Add(String(item, this, name));
                continue;
            }

            Wrong($"{Path(name)}[{result.Count}]", "a string", item);
            break;
        }

        return result.ToEquatableArray();
    }

    /// <summary>A map of strings; null values count as "", as the API server's decoder takes them.</summary>
    public LabelMap Map(string name)
    {
        var map = Object(name);
        if (!map.Exists)
            return LabelMap.Empty;
        var result = new List<KeyValuePair<string, string>>();
        foreach (var property in map._object.EnumerateObject())
        {
            if (property.Value.ValueKind == JsonValueKind.String)
                result.Add(KeyValuePair.Create(StringPool.Share(property.Name), StringPool.Share(String(property.Value, map, property.Name))));
            else if (property.Value.ValueKind == JsonValueKind.Null)
                result.Add(KeyValuePair.Create(StringPool.Share(property.Name), ""));
            else
                Wrong($"{Path(name)}[{property.Name}]", "a string", property.Value);
        }

        return LabelMap.From(result);
    }

    /// <summary>The value of a field as it is; undefined where it is absent or null.</summary>
    public JsonElement Value(string name) =>
        Exists && _object.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null ? value : default;

    /// <summary>Says that a field's value is not allowed.</summary>
    public void Invalid(string name, string message) => _faults.Add(DiagnosticCodes.InvalidValue, Path(name), message);

    /// <summary>Says that metadata is not valid.</summary>
    public void InvalidMetadata(string name, string message) => _faults.Add(DiagnosticCodes.InvalidMetadata, Path(name), message);

    /// <summary>Says that a field has the wrong type.</summary>
    public void WrongType(string name, string expected, JsonElement value) => Wrong(Path(name), expected, value);

    private IEnumerable<JsonElement> Array(string name)
    {
        var value = Value(name);
        if (value.ValueKind == JsonValueKind.Array)
            return value.EnumerateArray();
        if (value.ValueKind != JsonValueKind.Undefined)
            Wrong(Path(name), "an array", value);
        return [];
    }

    private string Path(string name)
    {
        if (name.Length == 0)
            return _path;
        return _path.Length == 0 ? name : $"{_path}.{name}";
    }

    private static string String(JsonElement value, Fields parent, string name)
    {
        try
        {
            return value.GetString()!;
        }
        catch (InvalidOperationException)
        {
            parent._faults.Add(DiagnosticCodes.WrongType, parent.Path(name), "the string has an unpaired surrogate");
            return "";
        }
    }

    private void Wrong(string path, string expected, JsonElement value)
    {
        var (actual, hint) = value.ValueKind switch
        {
            JsonValueKind.String => ("a string", ""),
            JsonValueKind.Number => ("a number", expected == "a string" ? "; quote it" : ""),
            JsonValueKind.True or JsonValueKind.False => ("a boolean", expected == "a string" ? "; quote it" : ""),
            JsonValueKind.Array => ("an array", ""),
            JsonValueKind.Object => ("an object", ""),
            _ => ("null", ""),
        };
        _faults.Add(DiagnosticCodes.WrongType, path, $"must be {expected}, is {actual}{hint}");
    }
}
