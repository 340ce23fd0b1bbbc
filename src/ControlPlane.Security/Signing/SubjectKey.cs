using System.Security.Cryptography;

namespace ControlPlane.Security.Signing;

/// <summary>A public key that a certificate may be issued for: checked by <see cref="CsrReader"/>, or made here.</summary>
public sealed class SubjectKey
{
    internal SubjectKey(ReadOnlyMemory<byte> encoded) => Encoded = encoded;

    /// <summary>The key as SubjectPublicKeyInfo in DER.</summary>
    public ReadOnlyMemory<byte> Encoded { get; }

    /// <summary>The public half of a key that was made here.</summary>
    public static SubjectKey Of(ECDsa key)
    {
        ArgumentNullException.ThrowIfNull(key);
        return new SubjectKey(key.ExportSubjectPublicKeyInfo());
    }
}
