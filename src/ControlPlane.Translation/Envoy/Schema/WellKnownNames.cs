namespace ControlPlane.Translation.Envoy.Schema;

/// <summary>Names of the messages that have a form of their own in JSON.</summary>
internal static class WellKnownNames
{
    private const string Package = "google.protobuf.";

    /// <summary>Which form the message of that full name has.</summary>
    public static WellKnown Find(string fullName) => !fullName.StartsWith(Package, StringComparison.Ordinal) ? WellKnown.None : fullName[Package.Length..] switch
    {
        "Any" => WellKnown.Any,
        "Duration" => WellKnown.Duration,
        "Timestamp" => WellKnown.Timestamp,
        "FieldMask" => WellKnown.FieldMask,
        "Struct" => WellKnown.Struct,
        "Value" => WellKnown.Value,
        "ListValue" => WellKnown.List,
        "Empty" => WellKnown.Empty,
        "DoubleValue" or "FloatValue" or "Int64Value" or "UInt64Value" or "Int32Value" or "UInt32Value" or "BoolValue" or "StringValue" or "BytesValue" => WellKnown.Wrapper,
        _ => WellKnown.None,
    };
}
