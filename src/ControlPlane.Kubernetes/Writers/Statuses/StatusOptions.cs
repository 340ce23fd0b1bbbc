namespace ControlPlane.Kubernetes.Writers.Statuses;

/// <summary>How statuses are written.</summary>
public sealed record StatusOptions
{
    /// <summary>Requests per second at most, reads and writes together.</summary>
    public double RequestsPerSecond { get; init; } = 20;

    /// <summary>Requests at once before that.</summary>
    public int RequestBurst { get; init; } = 50;

    /// <summary>How often an edit is made anew at once where another writer was faster; after that with a delay.</summary>
    public int Conflicts { get; init; } = 3;

    /// <summary>Delays of writes that failed.</summary>
    public WorkQueueOptions Queue { get; init; } = new();

    /// <summary>Called with an object whose status can't be written, and why; once as long as the reason stays.</summary>
    public Action<StatusTarget, string>? Failed { get; init; }
}
