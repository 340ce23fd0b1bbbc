namespace ControlPlane.Kubernetes.Writers.Events;

/// <summary>Something that happened to an object. Equal records are one event that happened several times.</summary>
/// <param name="Regarding">The object.</param>
/// <param name="Type">Its sort.</param>
/// <param name="Reason">Why, in one word in CamelCase, at most <see cref="MaxReason"/> characters: what programs look for.</param>
/// <param name="Message">What happened, for people; cut at <see cref="MaxMessage"/> characters. No times or counts: they would make each a new one.</param>
public sealed record EventRecord(EventRegarding Regarding, EventType Type, string Reason, string Message)
{
    /// <summary>The API server's limit of a reason.</summary>
    public const int MaxReason = 128;

    /// <summary>The API server's limit of a message.</summary>
    public const int MaxMessage = 1024;
}
