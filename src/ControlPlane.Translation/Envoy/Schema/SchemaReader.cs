using System.Text;

namespace ControlPlane.Translation.Envoy.Schema;

/// <summary>Reads one definition of a google.protobuf.FileDescriptorSet.</summary>
internal static class SchemaReader
{
    // Field numbers of google/protobuf/descriptor.proto.
    private const int MessageField = 2;
    private const int MessageOptions = 7;
    private const int OptionMapEntry = 7;
    private const int FieldName = 1;
    private const int FieldNumber = 3;
    private const int FieldLabel = 4;
    private const int FieldType = 5;
    private const int FieldTypeName = 6;
    private const int FieldOptions = 8;
    private const int FieldOneof = 9;
    private const int FieldJsonName = 10;
    private const int FieldProto3Optional = 17;
    private const int LabelRepeated = 3;
    private const int EnumValue = 2;
    private const int ValueName = 1;
    private const int ValueNumber = 2;

    // The extension udpa.annotations.sensitive of FieldOptions.
    private const int OptionSensitive = 76569463;

    public static MessageSchema ReadMessage(ProtoSchema schema, string fullName, ReadOnlySpan<byte> definition)
    {
        var fields = new List<FieldSchema>();
        var isMapEntry = false;
        var reader = new WireReader(definition);
        while (!reader.AtEnd)
        {
            var (field, wireType) = reader.ReadTag();
            switch (field)
            {
                case MessageField:
                    fields.Add(ReadField(schema, reader.ReadBytes()));
                    break;
                case MessageOptions:
                    isMapEntry = HasOption(reader.ReadBytes(), OptionMapEntry);
                    break;
                default:
                    reader.Skip(wireType);
                    break;
            }
        }

        return new MessageSchema(fullName, isMapEntry, fields);
    }

    public static EnumSchema ReadEnum(string fullName, ReadOnlySpan<byte> definition)
    {
        var byNumber = new Dictionary<int, string>();
        var byName = new Dictionary<string, int>(StringComparer.Ordinal);
        var reader = new WireReader(definition);
        while (!reader.AtEnd)
        {
            var (field, wireType) = reader.ReadTag();
            if (field != EnumValue)
            {
                reader.Skip(wireType);
                continue;
            }

            var (name, number) = ReadValue(reader.ReadBytes());
            byNumber.TryAdd(number, name);
            byName[name] = number;
        }

        return new EnumSchema(fullName, byNumber, byName);
    }

    private static (string Name, int Number) ReadValue(ReadOnlySpan<byte> definition)
    {
        var (name, number) = ("", 0);
        var reader = new WireReader(definition);
        while (!reader.AtEnd)
        {
            var (field, wireType) = reader.ReadTag();
            if (field == ValueName)
                name = Encoding.UTF8.GetString(reader.ReadBytes());
            else if (field == ValueNumber)
                number = (int)reader.ReadVarint();
            else
                reader.Skip(wireType);
        }

        return (name, number);
    }

    private static FieldSchema ReadField(ProtoSchema schema, ReadOnlySpan<byte> definition)
    {
        var (name, jsonName, typeName) = ("", "", "");
        var (number, kind, repeated, sensitive) = (0, FieldKind.None, false, false);
        var (oneof, optional) = (FieldSchema.NoOneof, false);
        var reader = new WireReader(definition);
        while (!reader.AtEnd)
        {
            var (field, wireType) = reader.ReadTag();
            switch (field)
            {
                case FieldName: name = Encoding.UTF8.GetString(reader.ReadBytes()); break;
                case FieldJsonName: jsonName = Encoding.UTF8.GetString(reader.ReadBytes()); break;
                case FieldTypeName: typeName = Encoding.UTF8.GetString(reader.ReadBytes()).TrimStart('.'); break;
                case FieldNumber: number = (int)reader.ReadVarint(); break;
                case FieldType: kind = (FieldKind)reader.ReadVarint(); break;
                case FieldLabel: repeated = reader.ReadVarint() == LabelRepeated; break;
                case FieldOneof: oneof = (int)reader.ReadVarint(); break;
                case FieldProto3Optional: optional = reader.ReadVarint() != 0; break;
                case FieldOptions: sensitive = HasOption(reader.ReadBytes(), OptionSensitive); break;
                default: reader.Skip(wireType); break;
            }
        }

        // An optional scalar is written as a oneof of its own; that says nothing about others.
        return new FieldSchema(schema, number, name, jsonName, kind, repeated, typeName, sensitive)
        {
            Oneof = optional ? FieldSchema.NoOneof : oneof,
            Optional = optional,
        };
    }

    /// <summary>Whether a switch is set among options.</summary>
    private static bool HasOption(ReadOnlySpan<byte> options, int option)
    {
        var reader = new WireReader(options);
        while (!reader.AtEnd)
        {
            var (field, wireType) = reader.ReadTag();
            if (field == option && wireType == WireReader.Varint)
                return reader.ReadVarint() != 0;
            reader.Skip(wireType);
        }

        return false;
    }
}
