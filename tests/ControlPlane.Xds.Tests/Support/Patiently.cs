namespace ControlPlane.Xds.Tests.Support;

/// <summary>Waits for what the server does a moment after its client has heard of it.</summary>
public static class Patiently
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    /// <summary>Completes when the condition holds.</summary>
    /// <exception cref="OperationCanceledException">It does not hold within a minute.</exception>
    public static async Task UntilAsync(Func<bool> condition)
    {
        using var patience = new CancellationTokenSource(Limit);
        while (!condition())
            await Task.Delay(1, patience.Token);
    }
}
