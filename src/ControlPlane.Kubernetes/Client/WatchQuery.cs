using System.Globalization;

namespace ControlPlane.Kubernetes.Client;

/// <summary>What a WATCH asks for.</summary>
internal sealed record WatchQuery
{
    /// <summary>Events after this version; with <see cref="SendInitialEvents"/> "" for the newest state.</summary>
    public required string ResourceVersion { get; init; }

    /// <summary>After which time the server ends the watch.</summary>
    public required TimeSpan Timeout { get; init; }

    /// <summary>Label selector; "" for all objects.</summary>
    public string LabelSelector { get; init; } = "";

    /// <summary>Field selector; "" for all objects.</summary>
    public string FieldSelector { get; init; } = "";

    /// <summary>Whether the watch is to begin with all that exists, as a list would give it, and a bookmark at the end of that.</summary>
    public bool SendInitialEvents { get; init; }

    /// <summary>The query of the address; bookmarks are always asked for.</summary>
    public string ToQuery() => QueryText.Of(
        ("watch", "true"),
        ("allowWatchBookmarks", "true"),
        ("sendInitialEvents", SendInitialEvents ? "true" : null),
        ("resourceVersionMatch", SendInitialEvents ? "NotOlderThan" : null),
        ("resourceVersion", ResourceVersion),
        ("timeoutSeconds", ((int)Timeout.TotalSeconds).ToString(CultureInfo.InvariantCulture)),
        ("labelSelector", LabelSelector),
        ("fieldSelector", FieldSelector));
}
