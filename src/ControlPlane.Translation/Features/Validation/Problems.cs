using ControlPlane.Model.Collections;
using ControlPlane.Model.Diagnostics;
using ControlPlane.Model.Objects;

namespace ControlPlane.Translation.Features.Validation;

/// <summary>Gathers what is wrong with one object while it is read.</summary>
internal sealed class Problems(ConfigObject source)
{
    /// <summary>A value that the kind does not allow; the object is refused.</summary>
    public const string Invalid = "CP0103";

    /// <summary>Something that has no effect or probably not the one that was meant.</summary>
    public const string Ineffective = "CP0104";

    /// <summary>What was found, in order.</summary>
    public List<Diagnostic> Items { get; } = [];

    /// <summary>Whether the object must be refused.</summary>
    public bool Refused => Items.Exists(static i => i.Severity == Severity.Error);

    /// <summary>Notes a reason to refuse the object.</summary>
    public void Error(string field, string message) => Items.Add(new Diagnostic(Severity.Error, Invalid, source.Kind, source.Key, field, message));

    /// <summary>Notes a reason to refuse the object, unless a condition holds.</summary>
    public void Require(bool condition, string field, string message)
    {
        if (!condition)
            Error(field, message);
    }

    /// <summary>Notes something that has no effect.</summary>
    public void Warn(string field, string message) => Items.Add(new Diagnostic(Severity.Warning, Ineffective, source.Kind, source.Key, field, message));

    /// <summary>The outcome of reading the object.</summary>
    public Parsed<TSpec> Result<TSpec>(Func<TSpec> spec)
        where TSpec : class => new(Refused ? null : spec(), Items.ToEquatableArray());
}
