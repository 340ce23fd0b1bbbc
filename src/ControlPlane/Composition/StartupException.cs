namespace ControlPlane.Composition;

/// <summary>The server can't start; the message says why and what to do.</summary>
public sealed class StartupException : Exception
{
    /// <summary>Makes an exception.</summary>
    public StartupException(string message, Exception? cause)
        : base(message, cause)
    {
    }

    /// <summary>Makes an exception without a cause.</summary>
    public StartupException(string message)
        : base(message)
    {
    }

    /// <summary>Makes an exception without a message.</summary>
    public StartupException()
    {
    }
}
