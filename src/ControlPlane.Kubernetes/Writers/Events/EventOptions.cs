namespace ControlPlane.Kubernetes.Writers.Events;

/// <summary>How events are written. The defaults are those of client-go's recorder, save for the queue, which it does not bound by object.</summary>
public sealed record EventOptions
{
    /// <summary>The program that events name as their source.</summary>
    public string Component { get; init; } = "istiod";

    /// <summary>Its instance; "" for none.</summary>
    public string Instance { get; init; } = "";

    /// <summary>How many different events are remembered, written or not; of those that are written the one that was longest silent is forgotten first.</summary>
    public int Capacity { get; init; } = 1024;

    /// <summary>How many requests per second are made at most.</summary>
    public double RequestsPerSecond { get; init; } = 5;

    /// <summary>How many requests may be made at once before that.</summary>
    public int RequestBurst { get; init; } = 25;

    /// <summary>How many events about one object are taken at once.</summary>
    public int ObjectBurst { get; init; } = 25;

    /// <summary>After that, how long it takes until one more about the object is taken.</summary>
    public TimeSpan ObjectInterval { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>How often an event that can't be written is tried.</summary>
    public int Attempts { get; init; } = 12;

    /// <summary>Delays between these.</summary>
    public WorkQueueOptions Queue { get; init; } = new();
}
