namespace ControlPlane.Kubernetes.Reflectors;

/// <summary>Delays and sizes of reflectors; the defaults are client-go's (tools/cache/reflector.go).</summary>
public sealed record ReflectorOptions
{
    /// <summary>Shortest time that a watch is asked to last; the actual one is random, so that watches don't end together.</summary>
    public TimeSpan MinWatch { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>Longest time that a watch is asked to last.</summary>
    public TimeSpan MaxWatch { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>First delay after a failure; each further one doubles it.</summary>
    public TimeSpan FirstBackoff { get; init; } = TimeSpan.FromMilliseconds(800);

    /// <summary>Longest delay after a failure.</summary>
    public TimeSpan MaxBackoff { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Time without failure after which the delays begin small again.</summary>
    public TimeSpan BackoffReset { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>A watch that ends sooner without an event counts as a failure, or a confused server would be asked without pause.</summary>
    public TimeSpan ShortWatch { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Items of a page, where a list is paged at all: only when it is not served from the server's cache.</summary>
    public int PageSize { get; init; } = 500;

    /// <summary>Whether lists are streamed as the beginning of a watch where the server can (1.32 and later).</summary>
    public bool StreamLists { get; init; } = true;

    /// <summary>How often a kind that the server does not have is looked for.</summary>
    public TimeSpan AbsentRetry { get; init; } = TimeSpan.FromSeconds(10);
}
