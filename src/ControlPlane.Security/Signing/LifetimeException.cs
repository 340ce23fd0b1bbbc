namespace ControlPlane.Security.Signing;

/// <summary>A longer lifetime was asked for than is allowed.</summary>
public sealed class LifetimeException : Exception
{
    /// <summary>Makes an exception.</summary>
    public LifetimeException(string message, Exception? cause)
        : base(message, cause)
    {
    }

    /// <summary>Makes an exception without a cause.</summary>
    public LifetimeException(string message)
        : base(message)
    {
    }

    /// <summary>Makes an exception without a message.</summary>
    public LifetimeException()
    {
    }
}
