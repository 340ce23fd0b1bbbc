using ControlPlane.Translation.Envoy.Json;
using ControlPlane.Translation.Envoy.Schema;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;

namespace ControlPlane.Translation.Envoy.Patches;

/// <summary>
/// Merges messages as users of EnvoyFilter expect: what the patch sets goes over what is there, messages are merged field by field, lists grow at
/// their end, map entries are replaced, durations are replaced as a whole. It works on the wire format, so that the content of an Any is merged
/// like any message, whatever its type.
/// </summary>
internal static class MessageMerge
{
    private const int MaxDepth = 64;

    /// <summary>A message with a patch merged into it.</summary>
    /// <typeparam name="T">Type of both.</typeparam>
    /// <param name="target">What is there; not written to.</param>
    /// <param name="patch">The patch, of the same type.</param>
    /// <param name="replacesLists">Whether lists of the patch take the place of those that are there.</param>
    public static T Into<T>(T target, ByteString patch, bool replacesLists)
        where T : IMessage<T>, new()
    {
        var merged = new T();
        merged.MergeFrom(Merge(ProtoSchema.Instance.Message(ProtoJson.NameOf<T>())!, target.ToByteArray(), patch.ToByteArray(), replacesLists, 0));
        return merged;
    }

    /// <summary>The content of one Any with that of another merged into it; null where their types differ or are not known.</summary>
    public static Any? Content(Any target, Any patch)
    {
        var name = Any.GetTypeName(target.TypeUrl);
        if (name != Any.GetTypeName(patch.TypeUrl) || ProtoSchema.Instance.Message(name) is not { } schema)
            return null;
        var merged = Merge(schema, target.Value.ToByteArray(), patch.Value.ToByteArray(), replacesLists: false, 0);
        return new Any { TypeUrl = target.TypeUrl, Value = ByteString.CopyFrom(merged) };
    }

    private static byte[] Merge(MessageSchema schema, byte[] target, byte[] patch, bool replacesLists, int depth)
    {
        if (depth > MaxDepth)
            return patch;
        var (ours, theirs) = (Read(target), Read(patch));
        var fields = new SortedDictionary<int, List<Entry>>();
        foreach (var entry in ours.Where(e => Stays(e, schema, theirs, replacesLists)))
            Add(fields, entry);
        foreach (var entry in theirs)
        {
            if (Field(schema, entry.Number) is { Repeated: false, Message: not null } field && fields.TryGetValue(entry.Number, out var there) && there.Count == 1)
                there[0] = entry with { Value = Merge(field.Message!, there[0].Value, entry.Value, replacesLists, depth + 1) };
            else
                Add(fields, entry);
        }

        var writer = new WireWriter();
        foreach (var (number, entries) in fields)
            Write(writer, Field(schema, number), entries);
        return writer.ToArray();
    }

    /// <summary>Whether what is there is kept, be it to be merged with what the patch says of the field.</summary>
    private static bool Stays(Entry entry, MessageSchema schema, List<Entry> patch, bool replacesLists)
    {
        if (Field(schema, entry.Number) is not { } field)
            return true;
        if (field.Oneof != FieldSchema.NoOneof && patch.Exists(p => p.Number != entry.Number && Field(schema, p.Number)?.Oneof == field.Oneof))
            return false;
        if (!patch.Exists(p => p.Number == entry.Number))
            return true;
        if (field.IsMap)
            return !patch.Exists(p => p.Number == entry.Number && Key(p).AsSpan().SequenceEqual(Key(entry)));
        if (field.Repeated)
            return !replacesLists;
        return field.Message is { WellKnown: not WellKnown.Duration };
    }

    private static void Add(SortedDictionary<int, List<Entry>> fields, Entry entry)
    {
        if (!fields.TryGetValue(entry.Number, out var list))
            fields[entry.Number] = list = [];
        list.Add(entry);
    }

    private static void Write(WireWriter writer, FieldSchema? field, List<Entry> entries)
    {
        // Numbers of a list lie in one field.
        if (entries.Count > 1 && field is { Repeated: true } && field.WireType != WireReader.Bytes && entries.TrueForAll(e => e.WireType == WireReader.Bytes))
        {
            writer.Field(field.Number, [.. entries.SelectMany(e => e.Value)]);
            return;
        }

        foreach (var entry in entries)
        {
            writer.Tag(entry.Number, entry.WireType);
            if (entry.WireType == WireReader.Bytes)
                writer.Varint((ulong)entry.Value.Length);
            writer.Raw(entry.Value);
        }
    }

    private static FieldSchema? Field(MessageSchema schema, int number) => schema.IndexOf(number) is >= 0 and var index ? schema.Fields[index] : null;

    /// <summary>Key of a map entry, as bytes; that of an empty text is left out on the wire.</summary>
    private static byte[] Key(Entry entry) => Read(entry.Value).Find(e => e.Number == 1)?.Value ?? [];

    private static List<Entry> Read(byte[] message)
    {
        var entries = new List<Entry>();
        var reader = new WireReader(message);
        while (!reader.AtEnd)
        {
            var (number, wireType) = reader.ReadTag();
            var start = reader.Position;
            if (wireType == WireReader.Bytes)
            {
                entries.Add(new Entry(number, wireType, reader.ReadBytes().ToArray()));
                continue;
            }

            reader.Skip(wireType);
            entries.Add(new Entry(number, wireType, message[start..reader.Position]));
        }

        return entries;
    }

    /// <summary>A field on the wire: without its length where it has one.</summary>
    private sealed record Entry(int Number, int WireType, byte[] Value);
}
