namespace ControlPlane.Security.Callers;

/// <summary>An object that a token is bound to.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Uid">Which of all that bore the name one after the other; "" where the token does not say.</param>
public readonly record struct BoundObject(string Name, string Uid)
{
    /// <summary>Whether an object of the name is the one that is meant.</summary>
    /// <param name="uid">Its UID; "" where it is not known.</param>
    public bool IsOf(string uid) => Uid.Length == 0 || uid.Length == 0 || Uid == uid;
}
