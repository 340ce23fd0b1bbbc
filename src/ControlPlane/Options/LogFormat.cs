namespace ControlPlane.Options;

/// <summary>The form of log lines.</summary>
public enum LogFormat
{
    /// <summary>A line for people.</summary>
    Text,

    /// <summary>A JSON object a line.</summary>
    Json,
}
