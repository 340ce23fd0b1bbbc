namespace ControlPlane.Http2.Streams;

/// <summary>Bytes of a body that wait to be sent.</summary>
/// <param name="Owner">Where the memory goes when all is sent; null for the garbage collector.</param>
/// <param name="Rest">What is not sent yet.</param>
internal readonly record struct OutputSegment(IDisposable? Owner, ReadOnlyMemory<byte> Rest);
