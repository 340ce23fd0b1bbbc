using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using ControlPlane.Translation.Envoy.Json;
using ControlPlane.Translation.Envoy.Schema;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;

namespace ControlPlane.Translation.Envoy;

/// <summary>
/// Messages and protobuf's JSON mapping: lowerCamelCase, defaults left out, each Any written out under its "@type". Printing never fails: an
/// empty Any is {}, one whose type is not known here or whose bytes are broken keeps its bytes as base64 under "value". It can hide what the
/// definitions mark as sensitive (private keys, tokens), as Envoy's own config dump does. No descriptor of Google's library is touched: to
/// build those takes seconds.
/// </summary>
public static class ProtoJson
{
    /// <summary>What stands in place of a sensitive text.</summary>
    public const string Redacted = "[redacted]";

    private const int MaxTextDepth = 64;
    private const string TypeUrlPrefix = "type.googleapis.com/";

    private static readonly JsonWriterOptions Indented = new() { Indented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private static readonly JsonWriterOptions Compact = new() { Indented = false, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The JSON text of a message.</summary>
    /// <param name="message">What to print.</param>
    /// <param name="indented">Over several lines, two spaces a level, or on one.</param>
    /// <param name="redact">Whether sensitive values are hidden.</param>
    public static string Print(IMessage message, bool indented = false, bool redact = false)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer, indented ? Indented : Compact))
            Write(writer, message, redact);
        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    /// <summary>Writes a message as one JSON value.</summary>
    /// <param name="writer">Where to; flushed by the caller.</param>
    /// <param name="message">What to write.</param>
    /// <param name="redact">Whether sensitive values are hidden.</param>
    public static void Write(Utf8JsonWriter writer, IMessage message, bool redact = false)
    {
        ArgumentNullException.ThrowIfNull(message);
        Write(writer, ProtoSchema.Instance.NameOf(message.GetType()), message.ToByteArray(), redact);
    }

    /// <summary>Writes a message that is given as bytes as one JSON value.</summary>
    /// <param name="writer">Where to; flushed by the caller.</param>
    /// <param name="messageName">Full name of its type.</param>
    /// <param name="body">Its bytes.</param>
    /// <param name="redact">Whether sensitive values are hidden.</param>
    /// <exception cref="ArgumentException">The type is not known, or the bytes are no message of it.</exception>
    public static void Write(Utf8JsonWriter writer, string messageName, ReadOnlySpan<byte> body, bool redact = false)
    {
        ArgumentNullException.ThrowIfNull(writer);
        var message = ProtoSchema.Instance.Message(messageName) ?? throw new ArgumentException($"no message is called {messageName}", nameof(messageName));
        if (!WireValidator.IsMessage(message, body))
            throw new ArgumentException($"the bytes are no {messageName}", nameof(body));
        new WirePrinter(ProtoSchema.Instance, writer, redact).Write(message, body);
    }

    /// <summary>Reads a message from JSON. What does not fit is reported and left out.</summary>
    /// <typeparam name="T">Type of the message.</typeparam>
    /// <param name="json">The text, parsed.</param>
    /// <param name="problems">Takes what does not fit; field names that do not exist are among it.</param>
    public static T Parse<T>(JsonElement json, ICollection<JsonProblem> problems)
        where T : IMessage<T>, new()
    {
        ArgumentNullException.ThrowIfNull(problems);
        var message = new T();
        message.MergeFrom(ParseToBytes(ProtoSchema.Instance.NameOf(typeof(T)), json, problems));
        return message;
    }

    /// <summary>Reads a message from JSON text. What does not fit is reported and left out.</summary>
    /// <typeparam name="T">Type of the message.</typeparam>
    /// <param name="json">The text.</param>
    /// <param name="problems">Takes what does not fit.</param>
    /// <exception cref="JsonException">The text is no JSON, or nests too deep.</exception>
    public static T Parse<T>(string json, ICollection<JsonProblem> problems)
        where T : IMessage<T>, new()
    {
        using var document = JsonDocument.Parse(json, new JsonDocumentOptions { MaxDepth = MaxTextDepth });
        return Parse<T>(document.RootElement, problems);
    }

    /// <summary>The JSON name of a field that is given in either spelling; null where the message has no such field.</summary>
    public static string? FieldName<T>(string name)
        where T : IMessage => ProtoSchema.Instance.Message(NameOf<T>())!.Find(name)?.JsonName;

    /// <summary>Reads a message whose type is known by name only from JSON into its bytes.</summary>
    /// <param name="messageName">Full name of the type.</param>
    /// <param name="json">The text, parsed.</param>
    /// <param name="problems">Takes what does not fit.</param>
    /// <param name="keepsUnknownTypes">Whether an Any of a type that is not known becomes a TypedStruct, and is noted as a field that is not known; else it is left out.</param>
    /// <exception cref="ArgumentException">The type is not known.</exception>
    public static byte[] ParseToBytes(string messageName, JsonElement json, ICollection<JsonProblem> problems, bool keepsUnknownTypes = false)
    {
        var message = ProtoSchema.Instance.Message(messageName) ?? throw new ArgumentException($"no message is called {messageName}", nameof(messageName));
        return new WireParser(ProtoSchema.Instance, problems, keepsUnknownTypes).Read(message, json);
    }

    /// <summary>Puts a message into an Any. To be used in place of <see cref="Any.Pack(IMessage)"/>, which builds descriptors.</summary>
    public static Any Pack(IMessage message)
    {
        ArgumentNullException.ThrowIfNull(message);
        return new Any { TypeUrl = TypeUrlPrefix + ProtoSchema.Instance.NameOf(message.GetType()), Value = message.ToByteString() };
    }

    /// <summary>Whether an Any holds a message of that class. To be used in place of Any.Is, which builds descriptors.</summary>
    public static bool Is<T>(Any any)
        where T : IMessage
    {
        ArgumentNullException.ThrowIfNull(any);
        return string.Equals(Any.GetTypeName(any.TypeUrl), NameOf<T>(), StringComparison.Ordinal);
    }

    /// <summary>The message in an Any. To be used in place of Any.Unpack, which builds descriptors.</summary>
    /// <exception cref="ArgumentException">It holds another type.</exception>
    /// <exception cref="InvalidProtocolBufferException">Its bytes are no message.</exception>
    public static T Unpack<T>(Any any)
        where T : IMessage<T>, new()
    {
        if (!Is<T>(any))
            throw new ArgumentException($"expected {NameOf<T>()}, found {any.TypeUrl}", nameof(any));
        var message = new T();
        message.MergeFrom(any.Value);
        return message;
    }

    /// <summary>Full protobuf name of a generated class.</summary>
    public static string NameOf<T>()
        where T : IMessage => ProtoSchema.Instance.NameOf(typeof(T));

    /// <summary>Whether our definitions have a message of that full name.</summary>
    public static bool IsKnown(string messageName) => ProtoSchema.Instance.Message(messageName) is not null;

    /// <summary>A duration as seconds with 0, 3, 6 or 9 digits, for instance "0.250s".</summary>
    public static string FormatDuration(Duration duration)
    {
        ArgumentNullException.ThrowIfNull(duration);
        return WellKnownText.Duration(duration.Seconds, duration.Nanos);
    }
}
