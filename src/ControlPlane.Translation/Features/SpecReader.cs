using ControlPlane.Model.Diagnostics;
using ControlPlane.Model.Objects;
using Google.Protobuf;

namespace ControlPlane.Translation.Features;

/// <summary>
/// Reads the specification of a configuration object as the message that describes its kind. A field that does not exist is
/// reported and ignored; a value of the wrong type refuses the object.
/// </summary>
internal static class SpecReader
{
    /// <summary>A field that the kind does not have.</summary>
    public const string UnknownField = "CP0101";

    /// <summary>A specification that cannot be read.</summary>
    public const string Unreadable = "CP0102";

    private static readonly JsonParser Strict = new(JsonParser.Settings.Default);
    private static readonly JsonParser Lenient = new(JsonParser.Settings.Default.WithIgnoreUnknownFields(true));

    /// <summary>Reads a specification; null where it can't be read. What is wrong is added to <paramref name="problems"/>.</summary>
    public static T? Read<T>(ConfigObject source, List<Diagnostic> problems)
        where T : class, IMessage<T>, new()
    {
        var json = SpecJson.Normalise(source.SpecJson, new T().Descriptor);
        try
        {
            return Strict.Parse<T>(json);
        }
        catch (Exception exception) when (IsUnreadable(exception))
        {
            return ReadLeniently<T>(source, json, exception.Message, problems);
        }
    }

    private static T? ReadLeniently<T>(ConfigObject source, string json, string reason, List<Diagnostic> problems)
        where T : class, IMessage<T>, new()
    {
        try
        {
            var message = Lenient.Parse<T>(json);
            problems.Add(new Diagnostic(Severity.Warning, UnknownField, source.Kind, source.Key, "spec", $"a field has no effect: {reason}"));
            return message;
        }
        catch (Exception exception) when (IsUnreadable(exception))
        {
            problems.Add(new Diagnostic(Severity.Error, Unreadable, source.Kind, source.Key, "spec", $"the object is ignored: {exception.Message}"));
            return null;
        }
    }

    private static bool IsUnreadable(Exception exception) =>
        exception is InvalidProtocolBufferException or InvalidJsonException or InvalidOperationException or ArgumentException or FormatException or OverflowException;
}
