namespace ControlPlane.Grpc.Wire;

/// <summary>The place of one writer among those that send large messages. Belongs to its <see cref="WriteTurns"/>.</summary>
internal sealed class WriteTurn
{
    private long _flushingSince;

    /// <summary>What waits for the turn; null when nobody does. Under the lock of the turns.</summary>
    public TaskCompletionSource? Waiting { get; set; }

    /// <summary>Whether the writer has its turn. Under the lock of the turns.</summary>
    public bool IsTaken { get; set; }

    /// <summary>Whether it lost its turn to a flush that has not ended. Under the lock of the turns.</summary>
    public bool IsSlow { get; set; }

    /// <summary>Timestamp of the start of the flush that the writer waits for; 0 when it works.</summary>
    public long FlushingSince
    {
        get => Volatile.Read(ref _flushingSince);
        set => Volatile.Write(ref _flushingSince, value);
    }
}
