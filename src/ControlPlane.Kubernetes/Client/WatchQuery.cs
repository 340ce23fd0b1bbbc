using System.Globalization;

namespace ControlPlane.Kubernetes.Client;

/// <summary>What a WATCH asks for.</summary>
internal sealed record WatchQuery
{
    /// <summary>Events after this version.</summary>
    public required string ResourceVersion { get; init; }

    /// <summary>After which time the server ends the watch.</summary>
    public required TimeSpan Timeout { get; init; }

    /// <summary>Label selector; "" for all objects.</summary>
    public string LabelSelector { get; init; } = "";

    /// <summary>Field selector; "" for all objects.</summary>
    public string FieldSelector { get; init; } = "";

    /// <summary>The query of the address; bookmarks are always asked for.</summary>
    public string ToQuery() => QueryText.Of(
        ("watch", "true"),
        ("allowWatchBookmarks", "true"),
        ("resourceVersion", ResourceVersion),
        ("timeoutSeconds", ((int)Timeout.TotalSeconds).ToString(CultureInfo.InvariantCulture)),
        ("labelSelector", LabelSelector),
        ("fieldSelector", FieldSelector));
}
