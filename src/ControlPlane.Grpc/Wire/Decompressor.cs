using System.Buffers;
using System.IO.Compression;
using Grpc.Core;

namespace ControlPlane.Grpc.Wire;

/// <summary>Decompresses one gzip message into a rented array, never beyond a limit.</summary>
internal static class Decompressor
{
    private const int InitialSize = 16 * 1024;

    /// <summary>Decompresses; the caller returns the array to the shared pool.</summary>
    /// <exception cref="RpcException">The data is no gzip (INTERNAL) or too large (RESOURCE_EXHAUSTED).</exception>
    public static (byte[] Rented, int Length) Gunzip(in ReadOnlySequence<byte> compressed, int maxLength)
    {
        var pool = ArrayPool<byte>.Shared;
        var source = pool.Rent((int)compressed.Length);
        var target = pool.Rent(Math.Min(InitialSize, maxLength) + 1);
        try
        {
            compressed.CopyTo(source);
            using var gzip = new GZipStream(new MemoryStream(source, 0, (int)compressed.Length), CompressionMode.Decompress);
            var length = 0;
            int read;
            while ((read = gzip.Read(target, length, target.Length - length)) > 0)
            {
                length += read;
                if (length > maxLength)
                {
                    throw MessageReader.TooLarge(length, maxLength);
                }

                if (length == target.Length)
                {
                    target = Grow(target);
                }
            }

            return (target, length);
        }
        catch (Exception e)
        {
            pool.Return(target);
            if (e is InvalidDataException)
            {
                throw new RpcException(new Status(StatusCode.Internal, "The compressed message is not valid gzip.", e));
            }

            throw;
        }
        finally
        {
            pool.Return(source);
        }
    }

    private static byte[] Grow(byte[] full)
    {
        var larger = ArrayPool<byte>.Shared.Rent(full.Length * 2);
        full.CopyTo(larger, 0);
        ArrayPool<byte>.Shared.Return(full);
        return larger;
    }
}
