using System.Buffers.Text;
using System.Security.Cryptography;
using ControlPlane.Model.Delivery;
using ControlPlane.Translation.Resources;
using Google.Protobuf;

namespace ControlPlane.Pipeline.Encoding;

/// <summary>
/// Encodes a resource a single time to immutable bytes whose version is a hash of the content, after the gate has let it pass.
/// </summary>
/// <param name="check">The gate: what every Envoy would refuse in a message, as sentences; empty where it is sound.</param>
/// <param name="observer">Hears of refusals.</param>
public sealed class ResourceEncoder(Func<IMessage, IReadOnlyList<string>> check, Engine.IEngineObserver observer) : IResourceEncoder
{
    private const int VersionBytes = 12;

    private readonly BodyComposer _composer = new(check);

    /// <summary>Number of resources encoded so far.</summary>
    public long Encoded { get; private set; }

    /// <summary>Number of parts of composed resources encoded so far; those that a new revision takes over from an older one don't count.</summary>
    public long EncodedParts => _composer.EncodedParts;

    /// <inheritdoc/>
    /// <exception cref="ResourceRejectedException">The message breaks a rule that every Envoy checks.</exception>
    public EncodedResource? Encode(EnvoyResource resource)
    {
        var body = resource is { Composition: { } composition, ForGrpc: false } ? _composer.Compose(composition) : null;
        body ??= EncodeWhole(resource);
        Encoded++;
        return new EncodedResource(resource.Type, resource.Name, body, Version(resource, body), resource.References);
    }

    private byte[] EncodeWhole(EnvoyResource resource)
    {
        var faults = resource.ForGrpc ? [] : check(resource.Message);
        if (faults.Count > 0)
        {
            var cause = resource.PatchedBy.IsEmpty ? "" : $" (after the patches of EnvoyFilter {string.Join(", ", resource.PatchedBy)})";
            var rejected = new ResourceRejectedException(resource.Type, resource.Name, string.Join("; ", faults) + cause);
            observer.OnRejected(rejected);
            throw rejected;
        }

        return resource.Message.ToByteArray();
    }

    /// <summary>The first 96 bits of SHA-256 over type, name and bytes, as base64url text: equal on every replica and after every restart.</summary>
    private static string Version(EnvoyResource resource, byte[] body)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Span<byte> header = stackalloc byte[1] { (byte)resource.Type };
        hash.AppendData(header);
        hash.AppendData(System.Text.Encoding.UTF8.GetBytes(resource.Name));
        hash.AppendData("\0"u8);
        hash.AppendData(body);
        Span<byte> digest = stackalloc byte[SHA256.HashSizeInBytes];
        hash.GetHashAndReset(digest);
        return Base64Url.EncodeToString(digest[..VersionBytes]);
    }
}
