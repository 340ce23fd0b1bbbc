using ControlPlane.Model.Collections;

namespace ControlPlane.Model.Objects;

/// <summary>One entry of an EndpointSlice's endpoints.</summary>
public sealed record SliceEndpoint
{
    /// <summary>Addresses, in order.</summary>
    public EquatableArray<string> Addresses { get; init; }

    /// <summary>conditions.ready; null where absent, which means ready.</summary>
    public bool? Ready { get; init; }

    /// <summary>conditions.serving; null where absent.</summary>
    public bool? Serving { get; init; }

    /// <summary>conditions.terminating; null where absent.</summary>
    public bool? Terminating { get; init; }

    /// <summary>nodeName, "" where absent.</summary>
    public string NodeName { get; init; } = "";

    /// <summary>hostname, "" where absent.</summary>
    public string Hostname { get; init; } = "";

    /// <summary>The Pod that targetRef names, null where there is no targetRef of kind Pod.</summary>
    public ObjectKey? Pod { get; init; }

    /// <summary>Whether there is a targetRef at all, of whatever kind.</summary>
    public bool HasTargetRef { get; init; }
}
