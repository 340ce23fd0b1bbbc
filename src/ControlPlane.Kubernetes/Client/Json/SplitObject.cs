namespace ControlPlane.Kubernetes.Client.Json;

/// <summary>One object out of a stream of JSON.</summary>
/// <param name="Json">Its text; empty where it was too large.</param>
/// <param name="Size">Its size in bytes.</param>
/// <param name="Namespace">metadata.namespace, as far as it was seen; "" for none.</param>
/// <param name="Name">metadata.name, as far as it was seen; "" for none.</param>
/// <param name="EventType">type of an event of a watch; "" for items of lists.</param>
internal readonly record struct SplitObject(ReadOnlyMemory<byte> Json, long Size, string Namespace, string Name, string EventType)
{
    /// <summary>Whether the object passed the size limit, so that only its name is known.</summary>
    public bool IsTooLarge => Json.IsEmpty;
}
