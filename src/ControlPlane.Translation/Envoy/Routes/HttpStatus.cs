namespace ControlPlane.Translation.Envoy.Routes;

/// <summary>Status codes that HTTP has a name for.</summary>
internal static class HttpStatus
{
    /// <summary>Whether IANA registers the code.</summary>
    public static bool IsKnown(int code) => code is
        (>= 100 and <= 103) or (>= 200 and <= 208) or 226 or (>= 300 and <= 305) or 307 or 308
        or (>= 400 and <= 418) or (>= 421 and <= 426) or 428 or 429 or 431 or 451
        or (>= 500 and <= 508) or 510 or 511;
}
