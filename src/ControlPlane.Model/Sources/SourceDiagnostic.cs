using ControlPlane.Model.Diagnostics;
using ControlPlane.Model.Objects;

namespace ControlPlane.Model.Sources;

/// <summary>Something to tell the user about what a source read: a diagnostic with the place where the fault stands.</summary>
/// <param name="Location">File and line.</param>
/// <param name="Severity">How grave.</param>
/// <param name="Code">Stable code, e.g. CP0101.</param>
/// <param name="Kind">Kind of the object, "" where it could not be read so far.</param>
/// <param name="Object">The object; its name is "" where it could not be read so far.</param>
/// <param name="Field">Path of the field, e.g. spec.ports[0].port; "" where it is the whole object, document or file.</param>
/// <param name="Message">One sentence for a person: what is wrong and, where it helps, what to do.</param>
public sealed record SourceDiagnostic(
    SourceLocation Location, Severity Severity, string Code, string Kind, ObjectKey Object, string Field, string Message)
{
    /// <summary>A diagnostic of pure code together with the place of its object.</summary>
    public static SourceDiagnostic Of(SourceLocation location, Diagnostic diagnostic) => new(
        location, diagnostic.Severity, diagnostic.Code, diagnostic.Kind, diagnostic.Object, diagnostic.Field, diagnostic.Message);

    /// <summary><c>file:line: severity code kind namespace/name field: message</c>, as compilers write it.</summary>
    public override string ToString()
    {
        var subject = new[] { Kind, string.IsNullOrEmpty(Object.Name) ? "" : Object.ToString(), Field }.Where(s => s.Length > 0);
        return $"{Location}: {string.Join(' ', subject.Prepend(Code).Prepend(Severity.ToString().ToLowerInvariant()))}: {Message}";
    }
}
