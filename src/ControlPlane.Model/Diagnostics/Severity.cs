namespace ControlPlane.Model.Diagnostics;

/// <summary>How grave a diagnostic is.</summary>
public enum Severity
{
    /// <summary>Worth knowing.</summary>
    Info,

    /// <summary>Something the user wrote has no effect or may do harm.</summary>
    Warning,

    /// <summary>The object, or a part of it, is refused.</summary>
    Error,
}
