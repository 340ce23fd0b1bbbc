namespace ControlPlane.Kubernetes.Writers.Events;

/// <summary>What is known of one event.</summary>
/// <param name="Count">How often it happened.</param>
/// <param name="First">When first.</param>
/// <param name="Last">When last.</param>
internal sealed record EventState(int Count, DateTimeOffset First, DateTimeOffset Last)
{
    /// <summary>Name of its Event; "" before the first try. It stays, so that a try whose answer was lost makes no second one.</summary>
    public string Name { get; init; } = "";

    /// <summary>Whether the server has the Event.</summary>
    public bool IsWritten { get; init; }

    /// <summary>Whether it waits to be written.</summary>
    public bool IsWaiting { get; init; }

    /// <summary>How often it was tried since it was last written.</summary>
    public int Attempts { get; init; }
}
