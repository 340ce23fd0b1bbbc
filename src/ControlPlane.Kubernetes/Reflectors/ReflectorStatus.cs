using ControlPlane.Kubernetes.Client;

namespace ControlPlane.Kubernetes.Reflectors;

/// <summary>How a reflector is doing.</summary>
public sealed record ReflectorStatus
{
    /// <summary>Path of the list, e.g. /api/v1/pods; the kind, with its group where that is not Istio's, where the server does not have it.</summary>
    public required string Name { get; init; }

    /// <summary>Whether the server has the kind.</summary>
    public bool IsServed => Name.StartsWith('/');

    /// <summary>Whether everything that existed at some moment is known.</summary>
    public bool IsSynced { get; init; }

    /// <summary>Number of objects.</summary>
    public int Objects { get; init; }

    /// <summary>The resourceVersion that a watch goes on from: of the last list, event or bookmark; empty before the first list.</summary>
    public string Version { get; init; } = "";

    /// <summary>When the server was last heard: an answer, an event or a bookmark.</summary>
    public DateTimeOffset LastHeard { get; init; }

    /// <summary>What is wrong at present; null where nothing is.</summary>
    public ApiStatus? Error { get; init; }

    /// <summary>Number of lists asked for so far, pages counted once.</summary>
    public int Lists { get; init; }

    /// <summary>Number of watches asked for so far.</summary>
    public int Watches { get; init; }

    /// <summary>Number of times the receiver of changes threw: a defect of ours that must not stop the mirror.</summary>
    public int ReceiverFaults { get; init; }
}
