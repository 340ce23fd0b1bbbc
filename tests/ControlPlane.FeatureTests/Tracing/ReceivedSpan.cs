using System.Globalization;
using Google.Protobuf;

namespace ControlPlane.FeatureTests.Tracing;

/// <summary>A span as OTLP has it: what tests look at of opentelemetry.proto.trace.v1.Span, read field by field.</summary>
/// <param name="Service">service.name of its resource.</param>
/// <param name="Trace">Id of its trace.</param>
/// <param name="Id">Its own id.</param>
/// <param name="Parent">Id of the span that it is in; "" for none.</param>
/// <param name="Name">Its name.</param>
/// <param name="Start">When it began, in nanoseconds since 1970.</param>
/// <param name="End">When it ended, in nanoseconds since 1970.</param>
/// <param name="Attributes">Its attributes as text, lists with commas.</param>
/// <param name="Events">The names of its events.</param>
/// <param name="Error">The message of its status where that is an error, else "".</param>
public sealed record ReceivedSpan(
    string Service, string Trace, string Id, string Parent, string Name, ulong Start, ulong End,
    IReadOnlyDictionary<string, string> Attributes, IReadOnlyList<string> Events, string Error)
{
    private const ulong StatusError = 2;

    /// <summary>The spans of an ExportTraceServiceRequest.</summary>
    public static IEnumerable<ReceivedSpan> ReadAll(byte[] request) =>
        from resourceSpans in Fields(ByteString.CopyFrom(request)).Where(field => field.Number == 1)
        let parts = Fields(resourceSpans.Bytes)
        let resource = Pairs(parts.Where(part => part.Number == 1).SelectMany(part => Fields(part.Bytes)), 1)
        from scope in parts.Where(part => part.Number == 2)
        from span in Fields(scope.Bytes).Where(part => part.Number == 2)
        select Read(resource.GetValueOrDefault("service.name", ""), Fields(span.Bytes));

    private static ReceivedSpan Read(string service, List<Field> span) => new(
        service, Hex(span, 1), Hex(span, 2), Hex(span, 4), Text(span, 5), Number(span, 7), Number(span, 8), Pairs(span, 9),
        [.. span.Where(field => field.Number == 11).Select(field => Text(Fields(field.Bytes), 2))],
        span.Where(field => field.Number == 15).Select(field => Fields(field.Bytes)).Where(status => Number(status, 3) == StatusError).Select(status => Text(status, 2))
            .FirstOrDefault(""));

    private static string Hex(List<Field> fields, int number) => Convert.ToHexStringLower((fields.Find(field => field.Number == number).Bytes ?? ByteString.Empty).Span);

    private static string Text(List<Field> fields, int number) => fields.Find(field => field.Number == number).Bytes?.ToStringUtf8() ?? "";

    private static ulong Number(List<Field> fields, int number) => fields.Find(field => field.Number == number).Value;

    private static Dictionary<string, string> Pairs(IEnumerable<Field> fields, int number) => fields
        .Where(field => field.Number == number).Select(field => Fields(field.Bytes))
        .ToDictionary(pair => Text(pair, 1), pair => Value(pair.Find(field => field.Number == 2).Bytes), StringComparer.Ordinal);

    // AnyValue: 1 string, 2 bool, 3 integer, 5 list.
    private static string Value(ByteString any) => Fields(any) switch
    {
        [{ Number: 1 } text] => text.Bytes.ToStringUtf8(),
        [{ Number: 5 } list] => string.Join(',', Fields(list.Bytes).Select(item => Value(item.Bytes))),
        [var other] => other.Value.ToString(CultureInfo.InvariantCulture),
        _ => "",
    };

    private static List<Field> Fields(ByteString message)
    {
        var fields = new List<Field>();
        var input = message.CreateCodedInput();
        while (input.ReadTag() is not 0 and var tag)
        {
            var number = WireFormat.GetTagFieldNumber(tag);
            fields.Add(WireFormat.GetTagWireType(tag) switch
            {
                WireFormat.WireType.Varint => new Field(number, input.ReadUInt64(), null!),
                WireFormat.WireType.Fixed64 => new Field(number, input.ReadFixed64(), null!),
                WireFormat.WireType.Fixed32 => new Field(number, input.ReadFixed32(), null!),
                WireFormat.WireType.LengthDelimited => new Field(number, 0, input.ReadBytes()),
                var other => throw new InvalidDataException($"wire type {other}"),
            });
        }

        return fields;
    }

    private readonly record struct Field(int Number, ulong Value, ByteString Bytes);
}
