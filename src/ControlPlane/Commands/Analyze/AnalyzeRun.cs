using ControlPlane.Composition;
using ControlPlane.Model.Snapshots;
using ControlPlane.Pipeline.Offline;

namespace ControlPlane.Commands.Analyze;

/// <summary>One run of the command.</summary>
/// <param name="request">What is asked for.</param>
/// <param name="output">Where findings go.</param>
internal sealed class AnalyzeRun(AnalyzeRequest request, TextWriter output)
{
    /// <summary>Reads and tells what is wrong, by file and line.</summary>
    /// <returns>One of <see cref="ExitCodes"/>: a failure where some finding is as grave as asked for.</returns>
    public int Execute()
    {
        var findings = Find();
        FindingWriter.Write(output, request.Format, findings);
        return findings.Any(f => f.Diagnostic.Severity >= request.FailOn) ? ExitCodes.Failure : ExitCodes.Success;
    }

    private List<Finding> Find()
    {
        var reading = Sources.ReadOnce(request.Source);
        var (snapshot, _) = MeshSnapshot.Empty.Apply(reading.Changes);
        // No resource is made here, so no rules to hold them to are loaded.
        var translation = new OfflineTranslation(snapshot, null, static _ => []);
        return [.. reading.Diagnostics.Select(Finding.Of).Concat(Finding.OfObjects(reading, translation))
            .OrderBy(static f => f.Location?.File, StringComparer.Ordinal)
            .ThenBy(static f => f.Location?.Line)
            .ThenByDescending(static f => f.Diagnostic.Severity)
            .ThenBy(static f => f.Diagnostic.Code, StringComparer.Ordinal)];
    }
}
