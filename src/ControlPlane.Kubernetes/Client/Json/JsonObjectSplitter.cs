using System.Buffers;
using System.Text.Json;

namespace ControlPlane.Kubernetes.Client.Json;

/// <summary>
/// Cuts JSON that arrives in pieces into objects: the events of a watch, or the items of a list. Memory is bounded by one object; of an
/// object beyond the limit only the name is kept.
/// </summary>
internal sealed class JsonObjectSplitter(bool isList, int maxObjectBytes)
{
    /// <summary>The reader itself does not recurse; what is too deep is refused with the single object.</summary>
    private const int MaxDepth = 10_000;

    private readonly ArrayBufferWriter<byte> _object = new(4096);
    private readonly Property[] _path = new Property[4];
    private JsonReaderState _state = new(new JsonReaderOptions { MaxDepth = MaxDepth, AllowMultipleValues = true });
    private bool _inObject;
    private bool _inItems;
    private long _size;
    private string _namespace = "";
    private string _name = "";
    private string _type = "";

    private enum Property
    {
        Other,
        Object,
        Metadata,
        Name,
        Namespace,
        Items,
        ResourceVersion,
        Continue,
        Type,
    }

    /// <summary>metadata.resourceVersion of the list; "" as long as it has not been seen.</summary>
    public string ResourceVersion { get; private set; } = "";

    /// <summary>metadata.continue of the list; "" for none.</summary>
    public string Continue { get; private set; } = "";

    /// <summary>Whether the stream may end here: between events, or after the whole list.</summary>
    public bool IsComplete { get; private set; } = true;

    /// <summary>Depth at which the objects begin: 0 for events, 2 for items of a list.</summary>
    private int ObjectDepth => isList ? 2 : 0;

    /// <summary>Takes the next piece; returns how much of it was consumed. The rest must come again, followed by more.</summary>
    /// <exception cref="JsonException">The text is not well-formed.</exception>
    public int Process(ReadOnlySpan<byte> piece, bool isLast, List<SplitObject> objects)
    {
        var reader = new Utf8JsonReader(piece, isLast, _state);
        var start = 0;
        while (reader.Read())
        {
            if (_inObject)
            {
                Look(ref reader);
                if (reader.CurrentDepth == ObjectDepth && reader.TokenType is JsonTokenType.EndObject or JsonTokenType.EndArray)
                {
                    Append(piece[start..(int)reader.BytesConsumed]);
                    objects.Add(Finish());
                }
            }
            else if (Begins(ref reader))
            {
                start = (int)reader.TokenStartIndex;
                (_inObject, _size, _namespace, _name, _type) = (true, 0, "", "", "");
                _object.ResetWrittenCount();
            }
            else if (isList)
            {
                LookAtList(ref reader);
            }

            IsComplete = !_inObject && reader.CurrentDepth == 0;
        }

        if (_inObject)
            Append(piece[start..(int)reader.BytesConsumed]);
        _state = reader.CurrentState;
        return (int)reader.BytesConsumed;
    }

    private bool Begins(ref Utf8JsonReader reader) =>
        reader.TokenType == JsonTokenType.StartObject && reader.CurrentDepth == ObjectDepth && (!isList || _inItems);

    /// <summary>Within an object: remembers its name.</summary>
    private void Look(ref Utf8JsonReader reader)
    {
        var level = reader.CurrentDepth - ObjectDepth - 1;
        if (level is < 0 or > 3)
            return;
        if (reader.TokenType == JsonTokenType.PropertyName)
        {
            _path[level] = Name(ref reader);
            return;
        }

        if (!isList && level == 0 && _path[0] == Property.Type && reader.TokenType == JsonTokenType.String)
            _type = reader.GetString()!;
        // metadata.name of an item; object.metadata.name of an event.
        var metadata = isList ? 0 : 1;
        if (reader.TokenType != JsonTokenType.String || level != metadata + 1 || _path[metadata] != Property.Metadata
            || (!isList && _path[0] != Property.Object))
            return;
        if (_path[level] == Property.Name)
            _name = reader.GetString()!;
        else if (_path[level] == Property.Namespace)
            _namespace = reader.GetString()!;
    }

    /// <summary>Around the items: remembers the list's own metadata.</summary>
    private void LookAtList(ref Utf8JsonReader reader)
    {
        var level = reader.CurrentDepth - 1;
        if (reader.TokenType == JsonTokenType.PropertyName && level is 0 or 1)
            _path[level] = Name(ref reader);
        else if (reader.TokenType == JsonTokenType.StartArray && level == 0)
            _inItems = _path[0] == Property.Items;
        else if (reader.TokenType == JsonTokenType.EndArray && level == 0)
            _inItems = false;
        else if (reader.TokenType == JsonTokenType.String && level == 1 && _path[0] == Property.Metadata && _path[1] == Property.ResourceVersion)
            ResourceVersion = reader.GetString()!;
        else if (reader.TokenType == JsonTokenType.String && level == 1 && _path[0] == Property.Metadata && _path[1] == Property.Continue)
            Continue = reader.GetString()!;
    }

    private static Property Name(ref Utf8JsonReader reader)
    {
        if (reader.ValueTextEquals("metadata"u8))
            return Property.Metadata;
        if (reader.ValueTextEquals("name"u8))
            return Property.Name;
        if (reader.ValueTextEquals("namespace"u8))
            return Property.Namespace;
        if (reader.ValueTextEquals("object"u8))
            return Property.Object;
        if (reader.ValueTextEquals("items"u8))
            return Property.Items;
        if (reader.ValueTextEquals("resourceVersion"u8))
            return Property.ResourceVersion;
        if (reader.ValueTextEquals("type"u8))
            return Property.Type;
        return reader.ValueTextEquals("continue"u8) ? Property.Continue : Property.Other;
    }

    private void Append(ReadOnlySpan<byte> bytes)
    {
        _size += bytes.Length;
        if (_size <= maxObjectBytes)
            _object.Write(bytes);
    }

    private SplitObject Finish()
    {
        _inObject = false;
        return new SplitObject(_size <= maxObjectBytes ? _object.WrittenSpan.ToArray() : default, _size, _namespace, _name, _type);
    }
}
