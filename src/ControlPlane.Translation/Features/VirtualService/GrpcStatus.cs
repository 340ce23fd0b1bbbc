namespace ControlPlane.Translation.Features.VirtualService;

/// <summary>Status codes of gRPC by name.</summary>
internal static class GrpcStatus
{
    private static readonly string[] Names =
    [
        "OK", "CANCELLED", "UNKNOWN", "INVALID_ARGUMENT", "DEADLINE_EXCEEDED", "NOT_FOUND", "ALREADY_EXISTS", "PERMISSION_DENIED", "RESOURCE_EXHAUSTED",
        "FAILED_PRECONDITION", "ABORTED", "OUT_OF_RANGE", "UNIMPLEMENTED", "INTERNAL", "UNAVAILABLE", "DATA_LOSS", "UNAUTHENTICATED",
    ];

    /// <summary>Whether there is a status of that name.</summary>
    public static bool IsKnown(string name) => Names.Contains(name);

    /// <summary>The code of a name; 0 for a name that is none.</summary>
    public static uint Code(string name) => (uint)Math.Max(0, Array.IndexOf(Names, name));
}
