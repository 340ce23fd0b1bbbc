namespace ControlPlane.Model.Delivery;

/// <summary>
/// Secrets that belong to one stream alone: the key and certificate of the identity that its caller has proven. They are never part of a
/// configuration that streams share. Dispose it with the stream. Members may be called from any thread.
/// </summary>
public interface IStreamSecrets : IDisposable
{
    /// <summary>Raised when what <see cref="Find"/> gives may have changed. Handlers must only note it and return.</summary>
    event Action? Changed;

    /// <summary>Those of the names that the stream has secrets of its own for; the same instances as long as nothing changes.</summary>
    IReadOnlyList<EncodedResource> Find(NameSet names);
}
