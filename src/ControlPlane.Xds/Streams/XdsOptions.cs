using System.ComponentModel.DataAnnotations;

namespace ControlPlane.Xds.Streams;

/// <summary>Settings of the xDS service. Message sizes, deadlines of flushes and the age of connections are set with GrpcServerOptions.</summary>
public sealed record XdsOptions
{
    /// <summary>
    /// How many streams may start per second; null for no limit. Above it a stream waits up to a second and is then refused with
    /// RESOURCE_EXHAUSTED (X5). Istio's istiod limits to 25 on two cores; here a stream costs too little to need it.
    /// </summary>
    public double? MaxNewStreamsPerSecond { get; init; }

    /// <summary>
    /// ControlPlane.identifier of every response, "" for none. istioctl reads a JSON object from it: Component, ID, Info.version.
    /// </summary>
    public string Identifier { get; init; } = "";

    /// <summary>Least time between two log lines about refusals by one client. Counters count all of them.</summary>
    public TimeSpan NackLogInterval { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Checks the values.</summary>
    /// <exception cref="ValidationException">A value is out of its bounds; the message names it.</exception>
    public void Validate()
    {
        if (MaxNewStreamsPerSecond is <= 0)
            throw new ValidationException($"{nameof(XdsOptions)}.{nameof(MaxNewStreamsPerSecond)} must be positive.");
        if (NackLogInterval < TimeSpan.Zero)
            throw new ValidationException($"{nameof(XdsOptions)}.{nameof(NackLogInterval)} must not be negative.");
    }
}
