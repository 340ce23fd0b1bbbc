namespace ControlPlane.Kubernetes.Resources;

/// <summary>The codes of what sources say: CP10nn of files and documents, CP11nn of objects, CP12nn of the cluster. Stable: users filter by them.</summary>
internal static class DiagnosticCodes
{
    /// <summary>A file or directory can't be read: access, size, encoding.</summary>
    public const string UnreadableFile = "CP1001";

    /// <summary>A document is not well-formed YAML or JSON, or passes a limit.</summary>
    public const string MalformedDocument = "CP1002";

    /// <summary>A document is not a Kubernetes object.</summary>
    public const string NotAnObject = "CP1003";

    /// <summary>A kind or version that nothing knows.</summary>
    public const string UnknownKind = "CP1004";

    /// <summary>A kind that exists but has no effect here.</summary>
    public const string UnusedKind = "CP1005";

    /// <summary>The object stands in two places.</summary>
    public const string DuplicateObject = "CP1006";

    /// <summary>metadata is not valid.</summary>
    public const string InvalidMetadata = "CP1101";

    /// <summary>A field has the wrong JSON type.</summary>
    public const string WrongType = "CP1102";

    /// <summary>A field's value is not allowed.</summary>
    public const string InvalidValue = "CP1103";

    /// <summary>An object of the cluster can't be read: it is too large or nested too deep.</summary>
    public const string UnreadableObject = "CP1104";

    /// <summary>A kind can't be listed or watched at present.</summary>
    public const string KindUnavailable = "CP1201";

    /// <summary>The server has a kind in no version that is understood.</summary>
    public const string KindVersion = "CP1202";
}
