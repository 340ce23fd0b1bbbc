namespace ControlPlane.Kubernetes.Client;

/// <summary>Limits of a client of the API server.</summary>
public sealed record ApiClientOptions
{
    /// <summary>Requests per second in the long run; istiod's value.</summary>
    public double QueriesPerSecond { get; init; } = 80;

    /// <summary>Requests that may be made at once after a pause; istiod's value.</summary>
    public int Burst { get; init; } = 160;

    /// <summary>Greatest size of one object in bytes; a larger one is refused by name. etcd takes some 1.5 MB.</summary>
    public int MaxObjectBytes { get; init; } = 4 * 1024 * 1024;

    /// <summary>How long the server may stay silent within the answer to a request that is no watch.</summary>
    public TimeSpan IdleTimeout { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>How long a connection may take to come about.</summary>
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>After which silence of a connection the peer is asked whether it is still there; client-go's value.</summary>
    public TimeSpan PingDelay { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How long it may take to answer that; client-go's value.</summary>
    public TimeSpan PingTimeout { get; init; } = TimeSpan.FromSeconds(15);
}
