namespace ControlPlane.Xds.Nodes;

/// <summary>A Node that says too little to be configured. The message names the field and what is wrong with it.</summary>
public sealed class InvalidNodeException : Exception
{
    /// <summary>Makes an exception.</summary>
    public InvalidNodeException(string message)
        : base(message)
    {
    }

    /// <summary>Makes an exception without a message.</summary>
    public InvalidNodeException()
    {
    }

    /// <summary>Makes an exception with a cause.</summary>
    public InvalidNodeException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
