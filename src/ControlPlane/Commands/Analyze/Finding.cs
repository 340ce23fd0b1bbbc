using ControlPlane.Model.Diagnostics;
using ControlPlane.Model.Sources;

namespace ControlPlane.Commands.Analyze;

/// <summary>Something that is wrong with what was read.</summary>
/// <param name="Location">Where it stands; null where no file holds it.</param>
/// <param name="Diagnostic">What it is; the kind and the object's name are "" where they could not be read.</param>
internal sealed record Finding(SourceLocation? Location, Diagnostic Diagnostic)
{
    /// <summary>One that the source itself found.</summary>
    public static Finding Of(SourceDiagnostic d) => new(d.Location, new Diagnostic(d.Severity, d.Code, d.Kind, d.Object, d.Field, d.Message));

    /// <summary>The name of a severity, as users write it.</summary>
    public static string NameOf(Severity severity) => severity.ToString().ToLowerInvariant();

    /// <inheritdoc/>
    public override string ToString() => Location is null ? Diagnostic.ToString() : SourceDiagnostic.Of(Location, Diagnostic).ToString();
}
