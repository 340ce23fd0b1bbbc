using System.ComponentModel.DataAnnotations;

namespace ControlPlane.Xds.Streams;

/// <summary>Settings of the xDS service. Message sizes, deadlines of flushes and the age of connections are set with GrpcServerOptions.</summary>
public sealed record XdsOptions
{
    private static readonly TimeSpan LongestWarmingLimit = TimeSpan.FromHours(1);

    /// <summary>
    /// How many streams may start per second; null for no limit. Above it a stream waits up to a second and is then refused with
    /// RESOURCE_EXHAUSTED (X5). Istio's istiod limits to 25 on two cores; here a stream costs too little to need it. A caller that is refused for
    /// reasons of its own takes no turn.
    /// </summary>
    public double? MaxNewStreamsPerSecond { get; init; }

    /// <summary>
    /// ControlPlane.identifier of every response, "" for none. istioctl reads a JSON object from it: Component, ID, Info.version.
    /// </summary>
    public string Identifier { get; init; } = "";

    /// <summary>Least time between two log lines about refusals by one client. Counters count all of them.</summary>
    public TimeSpan NackLogInterval { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// How long listeners and routes wait for a client to make use of clusters that are new to it (X55). It is reached only by a cluster
    /// that can't get warm, such as one whose secret is missing. Envoy takes less than a second for 1,000 clusters.
    /// </summary>
    public TimeSpan WarmingLimit { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Checks the values.</summary>
    /// <exception cref="ValidationException">A value is out of its bounds; the message names it.</exception>
    public void Validate()
    {
        if (MaxNewStreamsPerSecond is <= 0)
            throw new ValidationException($"{nameof(XdsOptions)}.{nameof(MaxNewStreamsPerSecond)} must be positive.");
        if (NackLogInterval < TimeSpan.Zero)
            throw new ValidationException($"{nameof(XdsOptions)}.{nameof(NackLogInterval)} must not be negative.");
        if (WarmingLimit < TimeSpan.Zero || WarmingLimit > LongestWarmingLimit)
            throw new ValidationException($"{nameof(XdsOptions)}.{nameof(WarmingLimit)} must be between 0 and {LongestWarmingLimit}.");
    }
}
