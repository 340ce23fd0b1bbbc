using ControlPlane.Model.Objects;

namespace ControlPlane.Model.Diagnostics;

/// <summary>Something to tell the user about one object. Pure code returns these instead of logging.</summary>
/// <param name="Severity">How grave.</param>
/// <param name="Code">Stable code, e.g. CP0101; Istio's IST code where the meaning is the same.</param>
/// <param name="Kind">Kind of the object.</param>
/// <param name="Object">The object.</param>
/// <param name="Field">Path of the field, e.g. spec.http[0].match; "" where it is the whole object.</param>
/// <param name="Message">One sentence for a person: what is wrong and, where it helps, what to do.</param>
public sealed record Diagnostic(Severity Severity, string Code, string Kind, ObjectKey Object, string Field, string Message)
{
    /// <inheritdoc/>
    public override string ToString() =>
        $"{Severity.ToString().ToLowerInvariant()} {Code} {Kind} {Object}{(Field.Length == 0 ? "" : " " + Field)}: {Message}";
}
