namespace ControlPlane.FeatureTests.Support;

/// <summary>What a command gave.</summary>
public sealed record CliResult(int ExitCode, string Output, string Error);
