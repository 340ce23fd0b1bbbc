namespace ControlPlane.Translation.Resources;

/// <summary>
/// What one element of a large resource is made from. Most elements outlive the revisions of their resource: where the bytes of one lie in the
/// newest revision that has it is noted here, so that the next copies them. The note holds no bytes itself: they live as long as the resource
/// does. It belongs to the encoder, on the one thread that works on a graph, and is no part of the value.
/// </summary>
public abstract class ResourcePart
{
    private object? _variant;
    private WeakReference<byte[]>? _body;
    private int _start;
    private int _length;

    /// <summary>The bytes that were noted last, field header included; empty where they were of another variant or are gone.</summary>
    /// <param name="variant">What the bytes depend on besides the part. Compared by value.</param>
    public ReadOnlyMemory<byte> Find(object variant) =>
        _body is { } body && variant.Equals(_variant) && body.TryGetTarget(out var bytes) ? bytes.AsMemory(_start, _length) : default;

    /// <summary>Notes where the bytes are.</summary>
    /// <param name="variant">What they depend on besides the part.</param>
    /// <param name="body">The bytes of a whole resource: one reference for all its parts.</param>
    /// <param name="start">Where the part begins in them, with its field header.</param>
    /// <param name="length">Its length.</param>
    public void Note(object variant, WeakReference<byte[]> body, int start, int length)
    {
        _variant = variant;
        _body = body;
        _start = start;
        _length = length;
    }
}
