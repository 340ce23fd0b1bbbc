using ControlPlane.Injection.Configuration;
using ControlPlane.Kubernetes.Files;
using ControlPlane.Model.Diagnostics;
using ControlPlane.Model.Objects;
using ControlPlane.Model.Snapshots;
using ControlPlane.Model.Sources;
using ControlPlane.Pipeline.Offline;

namespace ControlPlane.Composition;

/// <summary>Something that is wrong with what was read.</summary>
/// <param name="Location">Where it stands; null where no file holds it.</param>
/// <param name="Diagnostic">What it is; the kind and the object's name are "" where they could not be read.</param>
internal sealed record Finding(SourceLocation? Location, Diagnostic Diagnostic)
{
    /// <summary>One that the source itself found.</summary>
    public static Finding Of(SourceDiagnostic d) => new(d.Location, new Diagnostic(d.Severity, d.Code, d.Kind, d.Object, d.Field, d.Message));

    /// <summary>What is wrong with the configuration objects that were read.</summary>
    public static IEnumerable<Finding> OfObjects(DirectoryReading reading, OfflineTranslation translation) =>
        reading.Changes.OfType<ModelChange.Upsert>()
            .Where(static c => c.Value is ConfigObject)
            .SelectMany(c => translation.Explain(c.Table.Kind, c.Value.Key).Concat(ProxyConfigFindings.Of((ConfigObject)c.Value))
                .Select(d => new Finding(reading.Locate(c.Table.Kind, c.Value.Key, d.Field), d)));

    /// <summary>The name of a severity, as users write it.</summary>
    public static string NameOf(Severity severity) => severity.ToString().ToLowerInvariant();

    /// <inheritdoc/>
    public override string ToString() => Location is null ? Diagnostic.ToString() : SourceDiagnostic.Of(Location, Diagnostic).ToString();
}
