namespace ControlPlane.Security.KeySets;

/// <summary>A key set can't be had.</summary>
public sealed class KeySetException : Exception
{
    /// <summary>One without a reason.</summary>
    public KeySetException()
    {
    }

    /// <summary>One with a reason for people.</summary>
    public KeySetException(string message)
        : base(message)
    {
    }

    /// <summary>One with a reason for people and its cause.</summary>
    public KeySetException(string message, Exception cause)
        : base(message, cause)
    {
    }
}
