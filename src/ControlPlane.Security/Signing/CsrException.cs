namespace ControlPlane.Security.Signing;

/// <summary>A certificate signing request is refused; the message says why, for the caller.</summary>
public sealed class CsrException : Exception
{
    /// <summary>Makes an exception.</summary>
    public CsrException(string message, Exception? cause)
        : base(message, cause)
    {
    }

    /// <summary>Makes an exception without a cause.</summary>
    public CsrException(string message)
        : base(message)
    {
    }

    /// <summary>Makes an exception without a message.</summary>
    public CsrException()
    {
    }
}
