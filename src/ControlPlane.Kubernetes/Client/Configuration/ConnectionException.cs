namespace ControlPlane.Kubernetes.Client.Configuration;

/// <summary>The configuration of the connection to the API server can't be used. The message names file and field.</summary>
public sealed class ConnectionException : Exception
{
    /// <summary>Makes an exception without a message.</summary>
    public ConnectionException()
    {
    }

    /// <summary>Makes an exception.</summary>
    public ConnectionException(string message)
        : base(message)
    {
    }

    /// <summary>Makes an exception with its cause.</summary>
    public ConnectionException(string message, Exception inner)
        : base(message, inner)
    {
    }
}
