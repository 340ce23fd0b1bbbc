namespace ControlPlane.Commands.Analyze;

/// <summary>Forms in which findings are written.</summary>
internal enum AnalyzeFormat
{
    /// <summary>A line each, as compilers write it.</summary>
    Text,

    /// <summary>A JSON array.</summary>
    Json,

    /// <summary>A SARIF 2.1.0 log, as code hosts read it.</summary>
    Sarif,
}
