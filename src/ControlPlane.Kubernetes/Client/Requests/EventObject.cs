namespace ControlPlane.Kubernetes.Client.Requests;

/// <summary>An Event of the core group, with the fields that we write.</summary>
internal sealed record EventObject
{
    /// <summary>Its apiVersion.</summary>
    public string ApiVersion { get; init; } = "v1";

    /// <summary>Its kind.</summary>
    public string Kind { get; init; } = "Event";

    /// <summary>Its metadata.</summary>
    public ObjectHeader Metadata { get; init; } = new();

    /// <summary>What it is about.</summary>
    public EventSubject InvolvedObject { get; init; } = new();

    /// <summary>Why, in one word.</summary>
    public string? Reason { get; init; }

    /// <summary>What happened.</summary>
    public string? Message { get; init; }

    /// <summary>Normal or Warning.</summary>
    public string? Type { get; init; }

    /// <summary>Who says so.</summary>
    public EventOrigin Source { get; init; } = new();

    /// <summary>When it happened first, RFC 3339.</summary>
    public string? FirstTimestamp { get; init; }

    /// <summary>When it happened last, RFC 3339.</summary>
    public string? LastTimestamp { get; init; }

    /// <summary>How often it happened.</summary>
    public int Count { get; init; }
}

/// <summary>The object that an event is about.</summary>
internal sealed record EventSubject
{
    public string? ApiVersion { get; init; }

    public string? Kind { get; init; }

    public string? Namespace { get; init; }

    public string? Name { get; init; }

    public string? Uid { get; init; }
}

/// <summary>The program that an event comes from.</summary>
internal sealed record EventOrigin
{
    public string? Component { get; init; }

    public string? Host { get; init; }
}

/// <summary>That an event happened again: a merge patch.</summary>
internal sealed record EventRepetition(int Count, string LastTimestamp);
