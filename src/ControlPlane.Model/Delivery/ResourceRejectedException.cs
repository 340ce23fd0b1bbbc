namespace ControlPlane.Model.Delivery;

/// <summary>
/// A resource may not be sent: every Envoy would refuse it. A set that had a resource of that name keeps it (last good).
/// </summary>
public sealed class ResourceRejectedException : Exception
{
    /// <summary>Makes the exception.</summary>
    /// <param name="type">Type of the resource.</param>
    /// <param name="name">Its name.</param>
    /// <param name="reason">What is wrong, for a person.</param>
    public ResourceRejectedException(XdsType type, string name, string reason)
        : base($"{type.ShortName()} {name}: {reason}")
    {
        Type = type;
        ResourceName = name;
        Reason = reason;
    }

    /// <summary>Type of the resource.</summary>
    public XdsType Type { get; }

    /// <summary>Its name.</summary>
    public string ResourceName { get; }

    /// <summary>What is wrong.</summary>
    public string Reason { get; }
}
