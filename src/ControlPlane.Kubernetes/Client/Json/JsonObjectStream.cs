using System.Buffers;
using System.Runtime.CompilerServices;
using System.Text.Json;

namespace ControlPlane.Kubernetes.Client.Json;

/// <summary>Reads objects from a response as its bytes arrive.</summary>
internal static class JsonObjectStream
{
    /// <summary>Greatest size of one token: etcd takes no object beyond some 1.5 MB.</summary>
    private const int MaxTokenBytes = 16 * 1024 * 1024;

    /// <summary>Gives each object as soon as its last byte has come.</summary>
    /// <exception cref="JsonException">The text is not well-formed, or ends within an object.</exception>
    public static async IAsyncEnumerable<SplitObject> ReadAsync(
        Stream stream, JsonObjectSplitter splitter, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(64 * 1024);
        try
        {
            var length = 0;
            var objects = new List<SplitObject>();
            while (true)
            {
                var read = await stream.ReadAsync(buffer.AsMemory(length), cancellationToken).ConfigureAwait(false);
                length += read;
                var isLast = read == 0;
                if (isLast && length == 0 && splitter.IsComplete)
                    yield break;
                var consumed = splitter.Process(buffer.AsSpan(0, length), isLast, objects);
                foreach (var item in objects)
                    yield return item;
                objects.Clear();
                buffer.AsSpan(consumed, length - consumed).CopyTo(buffer);
                length -= consumed;
                if (isLast)
                    yield break;
                if (length == buffer.Length)
                    buffer = Grow(buffer, length);
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private static byte[] Grow(byte[] buffer, int length)
    {
        if (buffer.Length >= MaxTokenBytes)
            throw new JsonException($"a string or number is longer than {MaxTokenBytes} bytes");
        var larger = ArrayPool<byte>.Shared.Rent(buffer.Length * 2);
        buffer.AsSpan(0, length).CopyTo(larger);
        ArrayPool<byte>.Shared.Return(buffer);
        return larger;
    }
}
