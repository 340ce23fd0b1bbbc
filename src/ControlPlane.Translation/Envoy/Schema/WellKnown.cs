namespace ControlPlane.Translation.Envoy.Schema;

/// <summary>The messages that have a form of their own in JSON.</summary>
internal enum WellKnown
{
    /// <summary>All others.</summary>
    None,
    Any,
    Duration,
    Timestamp,
    FieldMask,
    Struct,
    Value,
    List,
    Empty,

    /// <summary>A scalar in a message, e.g. google.protobuf.UInt32Value.</summary>
    Wrapper,
}
