using System.Text.Json;
using ControlPlane.Model.Collections;
using ControlPlane.Model.Diagnostics;
using ControlPlane.Model.Objects;
using ControlPlane.Translation.Envoy;
using ControlPlane.Translation.Envoy.Json;
using ControlPlane.Translation.Features.Validation;
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

    /// <summary>Reads a specification; null where it can't be read. What is wrong is added to <paramref name="problems"/>.</summary>
    public static T? Read<T>(ConfigObject source, List<Diagnostic> problems)
        where T : class, IMessage<T>, new()
    {
        var found = new List<JsonProblem>();
        T message;
        try
        {
            message = ProtoJson.Parse<T>(source.SpecJson, found);
        }
        catch (JsonException exception)
        {
            problems.Add(Refusal(source, "spec", exception.Message));
            return null;
        }

        var isReadable = true;
        foreach (var problem in found)
        {
            var field = problem.Path.Length == 0 ? "spec" : $"spec.{problem.Path}";
            isReadable &= problem.IsUnknownField;
            problems.Add(problem.IsUnknownField
                ? new Diagnostic(Severity.Warning, UnknownField, source.Kind, source.Key, field, problem.Message)
                : Refusal(source, field, problem.Message));
        }

        return isReadable ? message : null;
    }

    /// <summary>Reads an object in three steps: its message, what is wrong with that, and the specification where nothing refuses it.</summary>
    /// <param name="source">The object.</param>
    /// <param name="check">Notes what is wrong with the message.</param>
    /// <param name="make">Makes the specification.</param>
    public static Parsed<TSpec> Parse<TMessage, TSpec>(ConfigObject source, Action<TMessage, Problems> check, Func<TMessage, TSpec> make)
        where TMessage : class, IMessage<TMessage>, new()
        where TSpec : class
    {
        var problems = new Problems(source);
        if (Read<TMessage>(source, problems.Items) is not { } message)
            return new(null, problems.Items.ToEquatableArray());
        check(message, problems);
        return problems.Result(() => make(message));
    }

    private static Diagnostic Refusal(ConfigObject source, string field, string reason) =>
        new(Severity.Error, Unreadable, source.Kind, source.Key, field, $"the object is ignored: {reason}");
}
