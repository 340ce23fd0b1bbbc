namespace ControlPlane.Security.Callers;

/// <summary>What came of looking at a caller's proofs.</summary>
/// <param name="Caller">Who it is; null where nothing was proven.</param>
/// <param name="Reason">Why nothing was proven: for the log, never for the caller.</param>
public sealed record CallerResult(Caller? Caller, string Reason)
{
    /// <summary>It was proven.</summary>
    public static CallerResult Proven(Caller caller) => new(caller, "");

    /// <summary>It was not.</summary>
    public static CallerResult Failed(string reason) => new(null, reason);
}
