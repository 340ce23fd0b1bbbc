namespace ControlPlane.Security.Signing;

/// <summary>No certificate can be issued now.</summary>
public sealed class IssuanceException : Exception
{
    /// <summary>Makes an exception.</summary>
    /// <param name="message">Why.</param>
    /// <param name="isTransient">Whether it will pass by itself: the authority or the mesh configuration has not been read yet.</param>
    public IssuanceException(string message, bool isTransient)
        : base(message) => IsTransient = isTransient;

    /// <summary>Makes an exception with a cause.</summary>
    public IssuanceException(string message, Exception? cause)
        : base(message, cause)
    {
    }

    /// <summary>Makes an exception.</summary>
    public IssuanceException(string message)
        : base(message)
    {
    }

    /// <summary>Makes an exception without a message.</summary>
    public IssuanceException()
    {
    }

    /// <summary>Whether it will pass by itself.</summary>
    public bool IsTransient { get; }
}
