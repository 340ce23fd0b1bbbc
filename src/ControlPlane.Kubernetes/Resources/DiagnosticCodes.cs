namespace ControlPlane.Kubernetes.Resources;

/// <summary>The codes of what sources say. Stable: users filter by them.</summary>
internal static class DiagnosticCodes
{
    /// <summary>A file or directory can't be read: access, size, encoding.</summary>
    public const string UnreadableFile = "CP0101";

    /// <summary>A document is not well-formed YAML or JSON, or passes a limit.</summary>
    public const string MalformedDocument = "CP0102";

    /// <summary>A document is not a Kubernetes object.</summary>
    public const string NotAnObject = "CP0103";

    /// <summary>A kind or version that nothing knows.</summary>
    public const string UnknownKind = "CP0104";

    /// <summary>A kind that exists but has no effect here.</summary>
    public const string UnusedKind = "CP0105";

    /// <summary>The object stands in two places.</summary>
    public const string DuplicateObject = "CP0106";

    /// <summary>metadata is not valid.</summary>
    public const string InvalidMetadata = "CP0201";

    /// <summary>A field has the wrong JSON type.</summary>
    public const string WrongType = "CP0202";

    /// <summary>A field's value is not allowed.</summary>
    public const string InvalidValue = "CP0203";
}
