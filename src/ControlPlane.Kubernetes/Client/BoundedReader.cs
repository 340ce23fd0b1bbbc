using System.Buffers;

namespace ControlPlane.Kubernetes.Client;

/// <summary>Reads answers that must not be larger than a bound.</summary>
internal static class BoundedReader
{
    private const int Step = 16 * 1024;

    /// <summary>All bytes of a stream; null where there are more than <paramref name="most"/>.</summary>
    public static async Task<ReadOnlyMemory<byte>?> ReadAsync(Stream stream, int most, CancellationToken cancellationToken)
    {
        var buffer = new ArrayBufferWriter<byte>(Step);
        while (true)
        {
            var read = await stream.ReadAsync(buffer.GetMemory(Step), cancellationToken).ConfigureAwait(false);
            if (read == 0)
                return buffer.WrittenMemory;
            buffer.Advance(read);
            if (buffer.WrittenCount > most)
                return null;
        }
    }
}
