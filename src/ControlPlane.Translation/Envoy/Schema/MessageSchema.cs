namespace ControlPlane.Translation.Envoy.Schema;

/// <summary>A message, as the definitions say.</summary>
internal sealed class MessageSchema
{
    private readonly Dictionary<int, int> _byNumber;
    private readonly Dictionary<string, FieldSchema> _byName;

    public MessageSchema(string fullName, bool isMapEntry, IEnumerable<FieldSchema> fields)
    {
        FullName = fullName;
        IsMapEntry = isMapEntry;
        Fields = [.. fields.OrderBy(f => f.Number)];
        _byNumber = new Dictionary<int, int>(Fields.Length);
        _byName = new Dictionary<string, FieldSchema>(2 * Fields.Length, StringComparer.Ordinal);
        for (var i = 0; i < Fields.Length; i++)
        {
            _byNumber[Fields[i].Number] = i;
            _byName[Fields[i].Name] = Fields[i];
            _byName[Fields[i].JsonName] = Fields[i];
        }

        WellKnown = WellKnownNames.Find(fullName);
    }

    /// <summary>Full name, e.g. envoy.config.core.v3.Node.</summary>
    public string FullName { get; }

    /// <summary>Whether it is the entry of a map: field 1 the key, field 2 the value.</summary>
    public bool IsMapEntry { get; }

    /// <summary>The fields, by number.</summary>
    public FieldSchema[] Fields { get; }

    /// <summary>Which form of its own it has in JSON, if any.</summary>
    public WellKnown WellKnown { get; }

    /// <summary>Index in <see cref="Fields"/> of the field with a number; negative where there is none.</summary>
    public int IndexOf(int number) => _byNumber.TryGetValue(number, out var index) ? index : -1;

    /// <summary>The field of that name, in either spelling; null where there is none.</summary>
    public FieldSchema? Find(string name) => _byName.GetValueOrDefault(name);
}
