namespace ControlPlane.Kubernetes.Client;

/// <summary>What a LIST asks for.</summary>
internal sealed record ListQuery
{
    /// <summary>null: no version, a consistent read of the newest state; "0": whatever the server's cache holds; else at least that version.</summary>
    public string? ResourceVersion { get; init; }

    /// <summary>Greatest number of items of the page; 0 for all.</summary>
    public int Limit { get; init; }

    /// <summary>Token of the next page; "" for the first.</summary>
    public string Continue { get; init; } = "";

    /// <summary>Label selector; "" for all objects.</summary>
    public string LabelSelector { get; init; } = "";

    /// <summary>Field selector; "" for all objects.</summary>
    public string FieldSelector { get; init; } = "";

    /// <summary>The query of the address.</summary>
    public string ToQuery() => QueryText.Of(
        ("resourceVersion", Continue.Length > 0 ? null : ResourceVersion),
        ("limit", Limit > 0 ? Limit.ToString(System.Globalization.CultureInfo.InvariantCulture) : null),
        ("continue", Continue),
        ("labelSelector", LabelSelector),
        ("fieldSelector", FieldSelector));
}
