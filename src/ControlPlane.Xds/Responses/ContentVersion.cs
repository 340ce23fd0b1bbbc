using System.Security.Cryptography;
using System.Text;

namespace ControlPlane.Xds.Responses;

/// <summary>Versions as hashes of content: equal on every replica and after every restart (X52).</summary>
internal sealed class ContentVersion : IDisposable
{
    // 64 bits suffice: a version is only ever compared with an earlier one of the same name, and nobody gains by a collision.
    private const int HashBytes = 8;

    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);

    /// <summary>Adds text; its end is part of what is hashed.</summary>
    public ContentVersion Add(string text)
    {
        Span<byte> buffer = stackalloc byte[256];
        if (Encoding.UTF8.TryGetBytes(text, buffer, out var written))
            _hash.AppendData(buffer[..written]);
        else
            _hash.AppendData(Encoding.UTF8.GetBytes(text));
        _hash.AppendData([0]);
        return this;
    }

    /// <summary>Adds bytes.</summary>
    public ContentVersion Add(ReadOnlySpan<byte> bytes)
    {
        _hash.AppendData(bytes);
        return this;
    }

    /// <inheritdoc/>
    public override string ToString()
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        _hash.GetCurrentHash(hash);
        return Convert.ToHexStringLower(hash[..HashBytes]);
    }

    /// <inheritdoc/>
    public void Dispose() => _hash.Dispose();
}
