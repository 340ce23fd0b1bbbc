namespace ControlPlane.Security.Authority;

/// <summary>There is no authority to sign with; the message says why and what to do. It never holds key material.</summary>
public sealed class AuthorityException : Exception
{
    /// <summary>Makes an exception.</summary>
    public AuthorityException(string message, Exception? cause)
        : base(message, cause)
    {
    }

    /// <summary>Makes an exception without a cause.</summary>
    public AuthorityException(string message)
        : base(message)
    {
    }

    /// <summary>Makes an exception without a message.</summary>
    public AuthorityException()
    {
    }
}
