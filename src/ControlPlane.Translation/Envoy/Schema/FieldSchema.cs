namespace ControlPlane.Translation.Envoy.Schema;

/// <summary>One field of a message, as the definitions say.</summary>
internal sealed class FieldSchema
{
    /// <summary><see cref="Oneof"/> of a field that stands for itself.</summary>
    public const int NoOneof = -1;

    private readonly Lazy<MessageSchema?> _message;
    private readonly Lazy<EnumSchema?> _enum;

    public FieldSchema(ProtoSchema schema, int number, string name, string jsonName, FieldKind kind, bool repeated, string typeName, bool sensitive)
    {
        Number = number;
        Name = name;
        JsonName = jsonName;
        Kind = kind;
        Repeated = repeated;
        Sensitive = sensitive;
        // Not thread-safe modes would do for one thread; publication allows several, each finding the same.
        _message = new(() => kind == FieldKind.Message ? schema.Message(typeName) : null, LazyThreadSafetyMode.PublicationOnly);
        _enum = new(() => kind == FieldKind.Enum ? schema.Enum(typeName) : null, LazyThreadSafetyMode.PublicationOnly);
    }

    /// <summary>Field number.</summary>
    public int Number { get; }

    /// <summary>Name in the definition, snake_case.</summary>
    public string Name { get; }

    /// <summary>Name in JSON, lowerCamelCase.</summary>
    public string JsonName { get; }

    /// <summary>Type.</summary>
    public FieldKind Kind { get; }

    /// <summary>Whether it is a list or a map.</summary>
    public bool Repeated { get; }

    /// <summary>Whether its definition says that it holds a secret.</summary>
    public bool Sensitive { get; }

    /// <summary>Of the fields with one number here at most one may be set.</summary>
    public int Oneof { get; init; } = NoOneof;

    /// <summary>Whether a scalar of it counts as set even where it is zero (the keyword optional).</summary>
    public bool Optional { get; init; }

    /// <summary>The message that it holds, null for scalars.</summary>
    public MessageSchema? Message => _message.Value;

    /// <summary>The enum that it holds, null for other types.</summary>
    public EnumSchema? Enum => _enum.Value;

    /// <summary>Whether it is a map.</summary>
    public bool IsMap => Repeated && Message is { IsMapEntry: true };

    /// <summary>How one value is written: 0 varint, 1 eight bytes, 2 a length and bytes, 5 four bytes.</summary>
    public int WireType => Kind switch
    {
        FieldKind.Double or FieldKind.Fixed64 or FieldKind.SFixed64 => WireReader.Eight,
        FieldKind.Float or FieldKind.Fixed32 or FieldKind.SFixed32 => WireReader.Four,
        FieldKind.String or FieldKind.Bytes or FieldKind.Message or FieldKind.Group => WireReader.Bytes,
        _ => WireReader.Varint,
    };
}
