namespace ControlPlane.Grpc.Wire;

/// <summary>The names and fixed values of gRPC over HTTP/2, from the protocol's text "gRPC over HTTP2".</summary>
internal static class GrpcHeaders
{
    public const string Status = "grpc-status";
    public const string Message = "grpc-message";
    public const string Timeout = "grpc-timeout";
    public const string Encoding = "grpc-encoding";
    public const string AcceptEncoding = "grpc-accept-encoding";

    public const string Reserved = "grpc-";
    public const string Te = "te";
    public const string ContentType = "content-type";
    public const string Trailers = "trailers";

    public const string GrpcContentType = "application/grpc";
    public const string Identity = "identity";
    public const string Gzip = "gzip";

    /// <summary>What we can decompress, as sent in <see cref="AcceptEncoding"/>.</summary>
    public const string SupportedEncodings = "identity,gzip";

    /// <summary>Length of the prefix of a message: a flag and a big-endian 32 bit length.</summary>
    public const int PrefixLength = 5;

    /// <summary>Whether a content type is that of gRPC: <c>application/grpc</c>, alone or followed by <c>+</c> or <c>;</c>.</summary>
    public static bool IsGrpcContentType(string? contentType) =>
        contentType is not null
        && contentType.StartsWith(GrpcContentType, StringComparison.OrdinalIgnoreCase)
        && (contentType.Length == GrpcContentType.Length || contentType[GrpcContentType.Length] is '+' or ';');
}
