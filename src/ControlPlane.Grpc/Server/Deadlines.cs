namespace ControlPlane.Grpc.Server;

/// <summary>Computes with deadlines without overflow.</summary>
internal static class Deadlines
{
    public static DateTime After(TimeProvider time, TimeSpan timeout)
    {
        var now = time.GetUtcNow().UtcDateTime;
        return timeout > DateTime.MaxValue - now ? DateTime.MaxValue : now + timeout;
    }
}
