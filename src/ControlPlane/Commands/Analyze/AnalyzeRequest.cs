using ControlPlane.Model.Diagnostics;
using ControlPlane.Options;

namespace ControlPlane.Commands.Analyze;

/// <summary>What a user asked the command for.</summary>
/// <param name="Source">What is read.</param>
/// <param name="Format">Form of the findings.</param>
/// <param name="FailOn">Least severity of which one finding fails the command.</param>
internal sealed record AnalyzeRequest(SourceOptions Source, AnalyzeFormat Format, Severity FailOn);
